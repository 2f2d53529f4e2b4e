using Resilience.Http.CircuitBreaker;

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

            var found = test.Found(byThreads: 8);

            Assert.DoesNotContain(null, found);
            Assert.Equal(found.Length, found.Distinct().Count());
            Assert.Equal(found.OfType<object>().ToHashSet(), [.. test.All]);
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
        var found = Found(byThreads: PerThread<object>.Most + 1);

        Assert.Contains(null, found);
        Assert.Equal(All.ToHashSet(), [.. found.OfType<object>()]);
        Assert.Equal(All.Count, found.OfType<object>().Count());
    }

    /// <summary>What threads find that live all at once, and find again when all have looked.</summary>
    private object?[] Found(int byThreads)
    {
        var (found, again) = (new object?[byThreads], new object?[byThreads]);
        using var barrier = new Barrier(byThreads);

        Race.Together(byThreads, number =>
        {
            found[number] = _objects.Mine;
            barrier.SignalAndWait();
            again[number] = _objects.Mine;
            barrier.SignalAndWait();
        });

        Assert.Equal(found, again);
        return found;
    }
}
