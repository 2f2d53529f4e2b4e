using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.RateLimiting.ServerQuota;
using Resilience.Http.Requests;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.RateLimiting.ServerQuota;

public sealed class ServerPauseTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    private readonly VirtualTimeProvider _clock = new();
    private readonly PacedQueue<ServerPause> _queue;

    public ServerPauseTests() => _queue = new(new(_clock), _clock);

    [Fact]
    public void Before_any_pause_nothing_waits() => Assert.All(Enumerable.Range(0, 100), _ => Assert.True(_queue.TryTake(out var _)));

    [Fact]
    public async Task No_send_goes_out_before_the_pause_ends_and_then_the_rate_rises_gradually()
    {
        Hold(Wait);

        var times = await TimesOf(50);

        Assert.Equal(Wait, times[0]);
        Assert.Equal([10, 10.25, 10.397, 10.5], times.Take(4).Select(static time => Math.Round(time.TotalSeconds, 3)));
        Assert.InRange(times.Count(static time => time <= Wait + TimeSpan.FromSeconds(0.5)), 4, 4);
        Assert.InRange(times[^1], Wait + TimeSpan.FromSeconds(1.3), Wait + TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public async Task If_the_server_asks_again_all_other_sends_keep_waiting()
    {
        Hold(Wait);
        var waiting = Enumerable.Range(0, 10).Select(_ => Enter()).ToList();

        _clock.Advance(Wait);
        Hold(Wait, askedFrom: Wait);
        _clock.Advance(Wait - TimeSpan.FromMilliseconds(1));

        Assert.Equal(9, _queue.Count);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task A_send_that_cannot_wait_again_is_rejected_at_once()
    {
        Hold(Wait);
        var waiting = Enumerable.Range(0, 3).Select(_ => Enter(within: TimeSpan.FromSeconds(15))).ToList();

        _clock.Advance(Wait);
        Hold(Wait, askedFrom: Wait);

        Assert.Equal([QueueEnd.Granted, QueueEnd.TooLate, QueueEnd.TooLate], await EndsOf(waiting));
        Assert.Equal(Wait, _clock.Elapsed);
    }

    [Fact]
    public async Task With_repeated_pauses_no_send_waits_longer_than_the_longest_wait()
    {
        Hold(Wait);
        var waiting = Enumerable.Range(0, 3).Select(_ => Enter(longest: TimeSpan.FromSeconds(12))).ToList();

        _clock.Advance(Wait);
        Hold(Wait, askedFrom: Wait);

        Assert.Equal([QueueEnd.Granted, QueueEnd.TooLate, QueueEnd.TooLate], await EndsOf(waiting));
    }

    [Fact]
    public async Task A_send_that_arrives_during_a_pause_longer_than_its_longest_wait_waits_it_out()
    {
        Hold(Wait);
        var waiting = Enter(longest: TimeSpan.FromSeconds(5));

        Hold(TimeSpan.FromSeconds(1)); // changes nothing

        Assert.False(waiting.IsCompleted);
        _clock.Advance(Wait);
        Assert.Equal(QueueEnd.Granted, (await waiting).End);
    }

    [Fact]
    public void The_longer_of_two_pauses_counts()
    {
        Hold(Wait);
        Hold(TimeSpan.FromSeconds(1));

        _clock.Advance(TimeSpan.FromSeconds(9));

        Assert.False(_queue.TryTake(out _));
    }

    [Fact]
    public async Task A_success_that_began_later_ends_the_pause_one_send_at_a_time()
    {
        Hold(Wait, askedFrom: TimeSpan.FromSeconds(1));
        var waiting = Enumerable.Range(0, 10).Select(_ => Enter()).ToList();

        _clock.Advance(TimeSpan.FromSeconds(2));
        Succeed(from: TimeSpan.FromSeconds(1.5));

        Assert.Equal(9, _queue.Count);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(waiting);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    public void A_success_that_did_not_begin_later_does_not_end_the_pause(double from)
    {
        Hold(Wait, askedFrom: TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(2));

        Succeed(TimeSpan.FromSeconds(from));

        Assert.False(_queue.TryTake(out _));
    }

    [Fact]
    public void Some_seconds_after_a_pause_its_effect_is_over()
    {
        Hold(Wait);
        Assert.False(_queue.TryRetire(static (pause, now) => pause.IsOver(now)));

        _clock.Advance(Wait + ServerPause.RampLength);

        Assert.True(_queue.TryRetire(static (pause, now) => pause.IsOver(now)));
    }

    private void Hold(TimeSpan wait, TimeSpan askedFrom = default) => _queue.TryChange(
        static (pause, ask, now) => pause.Hold(new(TimeSpan.Zero, "a test"), ask.StartsAt, ask.AskedFrom),
        (StartsAt: _clock.After(_clock.GetTimestamp(), wait), AskedFrom: At(askedFrom)));

    private void Succeed(TimeSpan from) => _queue.TryChange(static (pause, at, now) => pause.Succeed(at, now), At(from));

    private long At(TimeSpan elapsed) => _clock.After(_clock.GetTimestamp(), elapsed - _clock.Elapsed);

    private Task<QueueResult> Enter(TimeSpan? within = null, TimeSpan? longest = null) => _queue.EnterAsync(
        int.MaxValue,
        within is { } time ? _clock.After(_clock.GetTimestamp(), time) : Timestamps.Never,
        longest ?? TimeSpan.FromMinutes(1),
        async: true,
        TestContext.Current.CancellationToken);

    private static async Task<QueueEnd[]> EndsOf(IEnumerable<Task<QueueResult>> waiting) =>
        [.. (await Task.WhenAll(waiting)).Select(static result => result.End)];

    private Task<TimeSpan[]> TimesOf(int sends) =>
        _clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, sends).Select(async _ =>
        {
            await Enter();
            return _clock.Elapsed;
        })));
}
