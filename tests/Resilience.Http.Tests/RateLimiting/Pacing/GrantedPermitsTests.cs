using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.Requests;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.RateLimiting.Pacing;

/// <summary>Sends that wait for permits that others grant, or do not.</summary>
public sealed class GrantedPermitsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // of real time, for a thread of the pool

    private readonly VirtualTimeProvider _clock = new();
    private readonly PacedQueue<GrantedPermits> _queue;

    public GrantedPermitsTests() => _queue = new(new(new(Permits: 10, _clock.After(0, Second), Burst: 10)), _clock);

    [Fact]
    public async Task A_send_whose_permit_never_comes_leaves_by_its_deadline()
    {
        var (first, second) = (EnterAsync(10 * Second), EnterAsync(2 * Second));

        Pass(2 * Second);
        var early = await second.WaitAsync(Patience);
        Assert.False(first.IsCompleted);
        Pass(8 * Second);

        Assert.Equal((QueueEnd.TooLate, QueueEnd.TooLate), ((await first.WaitAsync(Patience)).End, early.End));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task A_send_that_missed_the_window_of_its_permit_takes_the_next_one()
    {
        var send = EnterAsync(10 * Second);
        Grant(from: 0.1, until: 0.2);
        _clock.Advance(Second / 2); // The timer fires when the window has ended.
        Assert.False(send.IsCompleted);

        Grant(from: 0.6, until: 0.8);
        Pass(Second / 5);

        Assert.Equal(QueueEnd.Granted, (await send.WaitAsync(Patience)).End);
    }

    [Fact]
    public async Task A_send_without_a_permit_waits_even_if_time_passes_between_two_clock_reads()
    {
        var clock = new PassingClock();
        var queue = new PacedQueue<GrantedPermits>(new(new(Permits: 10, clock.After(0, Second), Burst: 10)), clock);

        var entering = Task.Run(() =>
        {
            var send = queue.EnterAsync(limit: 10, Timestamps.Never, TimeSpan.MaxValue, async: true, CancellationToken.None);
            queue.Close();
            return send;
        });

        Assert.Equal(QueueEnd.Closed, (await entering.WaitAsync(Patience)).End);
    }

    private Task<QueueResult> EnterAsync(TimeSpan within) =>
        _queue.EnterAsync(limit: 10, _clock.After(_clock.GetTimestamp(), within), TimeSpan.MaxValue, async: true, CancellationToken.None);

    private void Grant(double from, double until) => _queue.TryChange(
        static (pace, window, _) => pace.Add([window], nextAt: 0), new GrantedWindow(At(from), At(until), Permits: 1));

    private long At(double seconds) => _clock.GetTimestamp() - _clock.Elapsed.Ticks + TimeSpan.FromSeconds(seconds).Ticks;

    private void Pass(TimeSpan time)
    {
        for (var end = _clock.Elapsed + time; _clock.Elapsed < end;)
        {
            _clock.Advance(Second / 100);
        }
    }

    private sealed class PassingClock : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);
    }
}
