using Microsoft.Extensions.Logging.Abstractions;
using Resilience.Http.Requests;
using Resilience.Http.Testing;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

public sealed class ExtendedDeadlineTests
{
    private const int Rounds = 10_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void A_deadline_can_be_moved_again_and_again_and_the_last_one_counts()
    {
        var use = new Use();
        for (var write = 0; write < 100; write++)
        {
            use.Clock.Advance(Limit / 2);
            Assert.True(use.TryExtend(Limit));
        }

        use.Clock.Advance(Limit - Tick);
        Assert.False(use.Source.HasFired);

        use.Clock.Advance(Tick);
        Assert.True(use.Source.HasFired);
        Assert.Equal(1, use.Clock.TimersCreated);
    }

    [Fact]
    public void A_deadline_can_be_moved_to_an_earlier_time()
    {
        var use = new Use();
        Assert.True(use.TryExtend(Limit / 4));

        use.Clock.Advance(Limit / 4);

        Assert.True(use.Source.HasFired);
    }

    [Fact]
    public void A_deadline_that_has_fired_cannot_be_moved()
    {
        var use = new Use();
        use.Clock.Advance(Limit);

        Assert.False(use.TryExtend(Limit));
        Assert.True(use.Source.HasFired);
    }

    [Fact]
    public void A_late_write_of_an_ended_attempt_does_not_extend_the_next_one()
    {
        var use = new Use();
        Assert.True(use.Source.End());
        Assert.False(use.TryExtend(Limit * 2));

        use.Source.Begin(use.Clock.GetTimestamp(), use.After(Limit), NullLogger.Instance, CancellationToken.None);
        Assert.False(use.TryExtend(Limit * 2));
        use.Clock.Advance(Limit);

        Assert.True(use.Source.HasFired);
    }

    [Fact]
    public void A_tick_races_with_an_extension_and_either_fires_or_keeps_the_new_deadline() =>
        Race.Run(
            Rounds,
            begin: () => new Use(),
            check: round =>
            {
                Assert.NotEqual(round.Moved, round.Source.HasFired);
                round.Clock.Advance(Limit * 2);
                Assert.True(round.Source.HasFired, "missed");
            },
            round => round.Moved = round.TryExtend(Limit * 2),
            round => round.Clock.Advance(Limit));

    [Fact]
    public void An_end_races_with_an_extension_and_the_next_use_keeps_its_own_deadline() =>
        Race.Run(
            Rounds,
            begin: () => new Use(),
            check: round =>
            {
                round.Clock.Advance(Limit * 3);
                Assert.False(round.Source.HasFired, "cut by the deadline of another");
                round.Clock.Advance(Limit);
                Assert.True(round.Source.HasFired, "missed");
            },
            round => round.TryExtend(Limit * 2),
            round =>
            {
                round.Source.End();
                round.Source.Begin(round.Clock.GetTimestamp(), round.After(Limit * 4), NullLogger.Instance, CancellationToken.None);
            });

    /// <summary>One use of a source on a clock of its own.</summary>
    private sealed class Use
    {
        private readonly TimeoutLeasePool _pool;
        private readonly int _use;

        public Use()
        {
            _pool = new TimeoutLeasePool(Clock);
            Source = new TimeoutSource(_pool);
            Source.Begin(Clock.GetTimestamp(), After(Limit), NullLogger.Instance, CancellationToken.None);
            _use = Source.Use;
        }

        public VirtualTimeProvider Clock { get; } = new();

        public TimeoutSource Source { get; }

        public bool Moved { get; set; }

        public long After(TimeSpan timeout) => _pool.Clock.After(Clock.GetTimestamp(), timeout);

        public bool TryExtend(TimeSpan timeout) => Source.TryExtend(_use, Clock.GetTimestamp(), After(timeout));
    }
}
