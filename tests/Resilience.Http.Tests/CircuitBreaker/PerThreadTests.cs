using Resilience.Http.CircuitBreaker.Counting;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>Objects that belong to one thread each.</summary>
public sealed class PerThreadTests
{
    private readonly PerThread<object> _objects = new(static () => new());

    private IReadOnlyCollection<object> All => [.. _objects.Places.ToArray().Select(place => place?.Object).OfType<object>()];

    [Fact]
    public void A_thread_finds_its_own_object_again()
    {
        var mine = _objects.Mine;

        Assert.NotNull(mine);
        Assert.Same(mine, _objects.Mine);
        Assert.Equal([mine], All);
    }

    [Fact]
    public void Nobody_has_one_before_asking() => Assert.Empty(All);

    [Fact]
    public void Threads_that_come_at_once_have_one_each_and_none_is_lost()
    {
        for (var round = 0; round < 200; round++)
        {
            var test = new PerThreadTests();

            var (found, places) = test.Found(byThreads: 8);

            Assert.Equal(places, found.Count);
            Assert.Distinct(found);
            Assert.Equal(found.ToHashSet(), [.. test.All]);
        }
    }

    [Fact]
    public void Who_comes_after_a_dead_thread_takes_over_its_object()
    {
        for (var thread = 0; thread < 10_000; thread++)
        {
            Race.Together(threads: 1, _ => Assert.NotNull(_objects.Mine));
        }

        Assert.InRange(All.Count, 1, 100);
    }

    [Fact]
    public void Among_more_threads_than_the_bound_no_two_share_an_object()
    {
        var (found, places) = Found(byThreads: PerThread<object>.Most + 1);

        Assert.InRange(places, 1, PerThread<object>.Most);
        Assert.Equal(places, found.Count);
        Assert.Distinct(found);
        Assert.Equal(All.ToHashSet(), [.. found]);
    }

    /// <summary>
    /// The objects that threads find which live all at once, and find again when all have looked; and how many places they have. Two whose
    /// ids are a multiple of the bound apart share one, which with the threads of all other tests besides happens to a few of them too.
    /// </summary>
    private (IReadOnlyCollection<object> Objects, int Places) Found(int byThreads)
    {
        var (found, again, places) = (new object?[byThreads], new object?[byThreads], new int[byThreads]);
        using var barrier = new Barrier(byThreads);

        Race.Together(byThreads, number =>
        {
            places[number] = Environment.CurrentManagedThreadId % PerThread<object>.Most;
            found[number] = _objects.Mine;
            barrier.SignalAndWait();
            again[number] = _objects.Mine;
            barrier.SignalAndWait();
        });

        Assert.Equal(found, again);
        return ([.. found.OfType<object>()], places.Distinct().Count());
    }
}
