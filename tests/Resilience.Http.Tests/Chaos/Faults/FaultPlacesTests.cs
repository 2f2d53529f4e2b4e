using System.Runtime.CompilerServices;
using Resilience.Http.Chaos.Injection;

namespace Resilience.Http.Tests.Chaos.Faults;

public sealed class FaultPlacesTests
{
    private readonly FaultPlaces _places = new();
    private int _held;

    [Fact]
    public void There_are_as_many_places_as_allowed()
    {
        using var one = _places.TryTake(2);
        using var two = _places.TryTake(2);

        Assert.NotNull(two);
        Assert.Null(_places.TryTake(2));
        Assert.Equal(2, _places.Taken);
    }

    [Fact]
    public void A_place_is_given_back_once_however_often_it_is_disposed()
    {
        var place = _places.TryTake(1)!;
        place.Dispose();
        place.Dispose();

        Assert.Equal(0, _places.Taken);
    }

    [Fact]
    public void A_place_that_was_dropped_is_given_back_by_the_collector()
    {
        Drop();

        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal(0, _places.Taken);
    }

    [Fact]
    public void Two_threads_never_take_more_than_there_are()
    {
        using var barrier = new Barrier(2);
        var most = 0;

        var threads = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                barrier.SignalAndWait();
                using var place = _places.TryTake(1);
                if (place is not null)
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref _held));
                    Interlocked.Decrement(ref _held);
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(1, most);
        Assert.Equal(0, _places.Taken);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }

    /// <summary>Not inlined, so that the place is out of reach when it returns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Drop() => Assert.NotNull(_places.TryTake(1));
}
