using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

/// <summary>Where and how the callback of a timer runs.</summary>
public sealed class VirtualTimerCallbackTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public void Callbacks_run_without_a_synchronization_context_and_the_callers_is_restored()
    {
        var mine = new SynchronizationContext();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(mine);
        try
        {
            SynchronizationContext? seen = mine;
            using var timer = _clock.CreateTimer(_ => seen = SynchronizationContext.Current, null, Second, Timeout.InfiniteTimeSpan);
            _clock.Advance(Second);
            Assert.Null(seen);
            Assert.Same(mine, SynchronizationContext.Current);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Fact]
    public void Callbacks_run_outside_of_every_lock()
    {
        using var timer = _clock.CreateTimer(
            _ =>
            {
                // Another thread gets at everything while the callback runs.
                var other = new Thread(() =>
                {
                    _ = _clock.GetUtcNow();
                    _ = _clock.PendingTimers;
                    _clock.CreateTimer(static _ => { }, null, Second, Second).Dispose();
                    _clock.Advance(TimeSpan.Zero);
                });
                other.Start();
                other.Join();
            }, null, Second, Timeout.InfiniteTimeSpan);
        _clock.Advance(Second);
        Assert.Equal(2, _clock.TimersCreated);
    }

    [Fact]
    public void A_callback_runs_in_the_context_its_timer_was_made_in()
    {
        var local = new AsyncLocal<string> { Value = "maker" };
        string? seen = null;
        using var timer = _clock.CreateTimer(_ => seen = local.Value, null, Second, Timeout.InfiniteTimeSpan);
        ITimer bare;
        string? seenBare = "none";
        using (ExecutionContext.SuppressFlow())
        {
            bare = _clock.CreateTimer(_ => seenBare = local.Value, null, Second, Timeout.InfiniteTimeSpan);
        }

        local.Value = "mover";
        _clock.Advance(Second);
        bare.Dispose();

        Assert.Equal("maker", seen);
        Assert.Equal("mover", seenBare);
    }

    [Fact]
    public void What_a_callback_throws_is_thrown_to_the_code_that_moved_the_clock()
    {
        using var timer = _clock.CreateTimer(static _ => throw new FormatException(), null, Second, Timeout.InfiniteTimeSpan);
        Assert.Throws<FormatException>(() => _clock.Advance(Second));
    }
}
