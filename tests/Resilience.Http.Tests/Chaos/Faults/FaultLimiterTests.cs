using System.Runtime.CompilerServices;
using Resilience.Http.Chaos.Injection;

namespace Resilience.Http.Tests.Chaos.Faults;

public sealed class FaultLimiterTests
{
    private readonly FaultLimiter _places = new();

    [Fact]
    public void No_more_fault_slots_than_allowed_can_be_taken()
    {
        using var one = _places.TryTake(2);
        using var two = _places.TryTake(2);

        Assert.NotNull(two);
        Assert.Null(_places.TryTake(2));
        Assert.Equal(2, _places.Taken);
    }

    [Fact]
    public void A_fault_slot_is_released_once_however_often_it_is_disposed()
    {
        var place = _places.TryTake(1)!;
        place.Dispose();
        place.Dispose();

        Assert.Equal(0, _places.Taken);
    }

    [Fact]
    public void A_fault_slot_that_was_dropped_is_released_by_the_garbage_collector()
    {
        Drop();

        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal(0, _places.Taken);
    }

    [Fact]
    public void Two_threads_never_take_more_fault_slots_than_allowed() =>
        Race.Run(
            rounds: 10_000,
            begin: () => (Places: new FaultLimiter(), Taken: new FaultSlot?[2]),
            check: round =>
            {
                Assert.Single(round.Taken, static place => place is not null);
                Assert.Equal(1, round.Places.Taken);
            },
            round => round.Taken[0] = round.Places.TryTake(1),
            round => round.Taken[1] = round.Places.TryTake(1));

    /// <summary>Not inlined, so that the place is out of reach when it returns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Drop() => Assert.NotNull(_places.TryTake(1));
}
