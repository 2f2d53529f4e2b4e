using Microsoft.Extensions.Logging.Abstractions;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>The limits of attempts in flight when the app begins to stop, in any order of the two.</summary>
public sealed class ShutdownLimitTests
{
    private const int Rounds = 5_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HostTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(9);

    [Fact]
    public void An_attempt_that_begins_as_the_app_begins_to_stop_is_never_missed() => Race.Run(
        Rounds,
        begin: () => new Round(),
        check: Round.CutAtTheGrace,
        round => round.Begin(),
        round => round.Stop());

    [Fact]
    public void A_limit_extended_as_the_app_begins_to_stop_never_exceeds_the_shutdown() => Race.Run(
        Rounds,
        begin: () =>
        {
            var round = new Round();
            round.Begin();
            return round;
        },
        check: Round.CutAtTheGrace,
        round => round.Source.TryExtend(round.Source.Use, round.Clock.GetTimestamp(), round.After(Limit * 2)),
        round => round.Stop());

    [Fact]
    public void A_use_that_has_ended_does_not_shorten_that_of_another_app() => Race.Run(
        Rounds,
        begin: () =>
        {
            var round = new Round();
            round.Begin();
            return round;
        },
        check: round =>
        {
            round.Clock.Advance(Grace);
            Assert.False(round.Source.HasFired, "cut by the shutdown of another app");
            round.Clock.Advance(Limit - Grace);
            Assert.True(round.Source.HasFired, "missed");
        },
        round =>
        {
            round.Source.End();
            round.Source.Begin(round.Clock.GetTimestamp(), round.After(Limit), NullLogger.Instance, CancellationToken.None);
        },
        round => round.Stop());

    private sealed class Round
    {
        private readonly TimeoutLeasePool _pool;
        private readonly Shutdown _shutdown;

        public Round()
        {
            _pool = new(Clock);
            _shutdown = new(Clock);
            Source = new(_pool);
        }

        public VirtualTimeProvider Clock { get; } = new();

        public TimeoutSource Source { get; }

        public static void CutAtTheGrace(Round round)
        {
            round.Clock.Advance(Grace - TimeSpan.FromMilliseconds(1));
            Assert.False(round.Source.HasFired, "cut too early");
            round.Clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(round.Source.HasFired, "missed");
        }

        public long After(TimeSpan time) => Clock.GetTimestamp() + time.Ticks;

        public void Begin() => Source.Begin(
            Clock.GetTimestamp(), After(Limit), NullLogger.Instance, CancellationToken.None, long.MaxValue, _shutdown);

        public void Stop()
        {
            _shutdown.Begin(HostTimeout);
            _pool.Sources.KeepTo(_shutdown);
        }
    }
}
