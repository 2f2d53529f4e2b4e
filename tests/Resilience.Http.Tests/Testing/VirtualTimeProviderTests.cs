using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

/// <summary>The clock moves only when it is told to, and only forwards.</summary>
public sealed class VirtualTimeProviderTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public void The_clock_stands_still_until_it_is_moved()
    {
        var (timestamp, now) = (_clock.GetTimestamp(), _clock.GetUtcNow());
        Assert.Equal((timestamp, now), (_clock.GetTimestamp(), _clock.GetUtcNow()));

        _clock.Advance(Second);

        Assert.Equal(Second, _clock.GetElapsedTime(timestamp));
        Assert.Equal(now + Second, _clock.GetUtcNow());
        Assert.Equal(Second, _clock.Elapsed);
    }

    [Fact]
    public void The_wall_clock_begins_at_the_given_time()
    {
        var start = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.FromHours(2));
        var clock = new VirtualTimeProvider(start);
        Assert.Equal(start, clock.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, clock.GetUtcNow().Offset);
    }

    [Fact]
    public void A_jump_of_the_wall_clock_moves_no_timestamp_and_no_timer()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, Second, Timeout.InfiniteTimeSpan);
        var (timestamp, now) = (_clock.GetTimestamp(), _clock.GetUtcNow());

        _clock.JumpWallClock(TimeSpan.FromHours(-3));
        Assert.Equal(now - TimeSpan.FromHours(3), _clock.GetUtcNow());
        _clock.SetUtcNow(now.AddYears(1));
        Assert.Equal(now.AddYears(1), _clock.GetUtcNow());

        Assert.Equal((timestamp, 0), (_clock.GetTimestamp(), fired));
        _clock.Advance(Second);
        Assert.Equal(now.AddYears(1) + Second, _clock.GetUtcNow());
        Assert.Equal(1, fired);
    }

    [Fact]
    public void A_callback_may_move_the_clock()
    {
        var order = new List<string>();
        using var first = _clock.CreateTimer(
            _ =>
            {
                order.Add("first");
                _clock.Advance(5 * Second);
                order.Add($"at {_clock.Elapsed.TotalSeconds}");
            }, null, Second, Timeout.InfiniteTimeSpan);
        using var second = _clock.CreateTimer(_ => order.Add("second"), null, 2 * Second, Timeout.InfiniteTimeSpan);

        _clock.Advance(3 * Second);

        Assert.Equal(["first", "second", "at 6"], order);
        Assert.Equal(6 * Second, _clock.Elapsed);
    }

    [Fact]
    public void Advances_from_many_threads_add_up_and_time_never_goes_back()
    {
        using var start = new Barrier(8);
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            var last = _clock.GetTimestamp();
            for (var i = 0; i < 1000; i++)
            {
                using var timer = _clock.CreateTimer(static _ => { }, null, TimeSpan.FromMilliseconds(i % 3), Timeout.InfiniteTimeSpan);
                _clock.Advance(TimeSpan.FromMilliseconds(1));
                var now = _clock.GetTimestamp();
                Assert.True(now > last, "time went back");
                last = now;
            }
        })).ToArray();
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());

        Assert.Equal(TimeSpan.FromSeconds(8), _clock.Elapsed);
        Assert.Equal(0, _clock.TimersAlive);
    }

    [Fact]
    public void What_is_due_now_fires_without_moving_the_clock()
    {
        var fired = false;
        using var timer = _clock.CreateTimer(_ => fired = true, null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        Assert.False(fired);
        _clock.Advance(TimeSpan.Zero);
        Assert.True(fired);
    }

    [Fact]
    public void The_clock_can_advance_to_the_next_timer_and_fires_all_timers_of_that_instant()
    {
        var fired = new List<int>();
        using var one = _clock.CreateTimer(_ => fired.Add(1), null, Second, Timeout.InfiniteTimeSpan);
        using var two = _clock.CreateTimer(_ => fired.Add(2), null, Second, Timeout.InfiniteTimeSpan);
        using var three = _clock.CreateTimer(_ => fired.Add(3), null, 2 * Second, Timeout.InfiniteTimeSpan);

        Assert.True(_clock.AdvanceToNextTimer());
        Assert.Equal([1, 2], fired);
        Assert.Equal(Second, _clock.Elapsed);
        Assert.True(_clock.AdvanceToNextTimer());
        Assert.False(_clock.AdvanceToNextTimer());
        Assert.Equal(2 * Second, _clock.Elapsed);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(0xffffffffL)]
    public void Times_that_the_systems_timers_refuse_are_refused(long milliseconds)
    {
        var wrong = TimeSpan.FromMilliseconds(milliseconds);
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.CreateTimer(static _ => { }, null, wrong, Timeout.InfiniteTimeSpan));
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.CreateTimer(static _ => { }, null, Second, wrong));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => TimeProvider.System.CreateTimer(static _ => { }, null, wrong, Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void The_clock_does_not_go_beyond_the_last_possible_day()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.MaxValue));
        Assert.Equal(TimeSpan.Zero, _clock.Elapsed);

        _clock.Advance(DateTimeOffset.MaxValue - _clock.Start);
        Assert.Equal(DateTimeOffset.MaxValue, _clock.GetUtcNow());
        Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void The_clock_does_not_go_backwards() => Assert.Throws<ArgumentOutOfRangeException>(() => _clock.Advance(-Second));
}
