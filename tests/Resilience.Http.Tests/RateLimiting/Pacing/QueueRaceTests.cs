using Resilience.Http.RateLimiting.Pacing;

namespace Resilience.Http.Tests.RateLimiting.Pacing;

/// <summary>Whatever comes together, each send ends once, and each token goes to one send.</summary>
public sealed class QueueRaceTests
{
    private const int Rounds = 3_000;

    [Fact]
    public void A_send_that_is_cancelled_as_its_token_comes_ends_once() => Race.Run(
        Rounds,
        static () => new Round(),
        static round =>
        {
            round.Check();
            Assert.Equal(round.Ends[0] == QueueEnd.Granted ? 0 : 1, round.Fixture.TakeAll());
        },
        static round => round.Leaves.Cancel(),
        static round => round.Fixture.Queue.GiveBack(takenAt: 0));

    [Fact]
    public void A_send_that_leaves_races_with_a_returned_token_and_passes_its_place_on() => Race.Run(
        Rounds,
        static () => new Round(behind: true),
        static round =>
        {
            round.Check();
            Assert.Equal(QueueEnd.Granted, round.Ends[1]);
            Assert.Equal(round.Ends[0] == QueueEnd.Granted ? 0 : 1, round.Fixture.TakeAll());
        },
        static round => round.Leaves.Cancel(),
        static round =>
        {
            round.Fixture.Queue.GiveBack(takenAt: 0);
            round.Fixture.Queue.GiveBack(takenAt: 0);
        });

    [Fact]
    public void A_disposal_that_races_with_a_returned_token_ends_each_send_once() => Race.Run(
        Rounds,
        static () => new Round(behind: true),
        static round =>
        {
            round.Check();
            Assert.Equal(round.Ends.Count(static end => end == QueueEnd.Granted) == 1 ? 0 : 1, round.Fixture.TakeAll());
        },
        static round => round.Fixture.Queue.Close(),
        static round => round.Fixture.Queue.GiveBack(takenAt: 0));

    [Fact]
    public void Edits_race_with_a_cancellation_and_each_send_ends_once() => Race.Run(
        Rounds,
        static () => new Round(behind: true),
        static round =>
        {
            round.Fixture.Clock.Advance(TimeSpan.FromSeconds(1));
            round.Check();
        },
        static round => round.Leaves.Cancel(),
        static round => round.Fixture.Edit(permits: 100),
        static round => round.Fixture.Edit(permits: 50));

    [Fact]
    public void The_timer_ends_up_at_the_earliest_slot_whichever_thread_arms_it()
    {
        Race.Run(
            Rounds,
            static () => new QueueFixture(permits: 1, per: TimeSpan.FromHours(1), burst: 1),
            static fixture =>
            {
                fixture.Clock.Advance(TimeSpan.FromSeconds(1));
                Assert.Equal(0, fixture.Queue.Count);
            },
            static fixture =>
            {
                fixture.TakeAll();
                _ = fixture.Enter();
                fixture.Edit(permits: 10, burst: 1);
            },
            static fixture =>
            {
                _ = fixture.Enter();
                fixture.Edit(permits: 10, burst: 1);
            });
    }

    private sealed class Round
    {
        private readonly Task<QueueResult>[] _sends;

        public Round(bool behind = false)
        {
            Fixture.TakeAll();
            _sends = [Fixture.Enter(cancellationToken: Leaves.Token), .. behind ? [Fixture.Enter()] : Array.Empty<Task<QueueResult>>()];
        }

        public QueueFixture Fixture { get; } = new(permits: 5, per: TimeSpan.FromHours(1));

        public CancellationTokenSource Leaves { get; } = new();

        public QueueEnd[] Ends => [.. _sends.Select(static send => send.Result.End)];

        public void Check()
        {
            Assert.True(Task.WhenAll(_sends).Wait(TimeSpan.FromSeconds(30)));
            Assert.Equal(0, Fixture.Queue.Count);
        }
    }
}
