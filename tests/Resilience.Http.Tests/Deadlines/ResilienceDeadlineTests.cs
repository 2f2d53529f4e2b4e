using Resilience.Http.Deadlines;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Deadlines;

/// <summary>Where a deadline is in force, and where it is gone.</summary>
public sealed class ResilienceDeadlineTests
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public void A_deadline_is_in_force_until_it_is_disposed()
    {
        using (Begin(5))
        {
            Assert.Equal(TimeSpan.FromSeconds(5), Left());
            _clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal(TimeSpan.FromSeconds(3), Left());
        }

        Assert.Null(Left());
    }

    [Theory]
    [InlineData(5, 2, 2)]
    [InlineData(2, 5, 2)]
    [InlineData(2, 2, 2)]
    public void An_inner_deadline_never_makes_the_outer_one_longer(int outer, int inner, int left)
    {
        using (Begin(outer))
        {
            using (Begin(inner))
            {
                Assert.Equal(TimeSpan.FromSeconds(left), Left());
            }

            Assert.Equal(TimeSpan.FromSeconds(outer), Left());
        }
    }

    [Fact]
    public void An_inner_deadline_of_another_clock_never_makes_the_outer_one_longer()
    {
        var other = new VirtualTimeProvider();
        using var outer = Begin(2);
        using var inner = ResilienceDeadline.Begin(TimeSpan.FromSeconds(5), other);

        Assert.Equal(TimeSpan.FromSeconds(2), Left());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), Left());
    }

    [Fact]
    public async Task A_deadline_binds_work_that_is_started_within_it_until_it_ends()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<(TimeSpan?, TimeSpan?)> work;
        using (Begin(5))
        {
            work = Task.Run(async () =>
            {
                var before = Left();
                await ended.Task;
                return (before, Left());
            });
        }

        ended.SetResult();

        var (_, after) = await work;
        Assert.Null(after);
    }

    [Fact]
    public async Task Work_that_outlives_an_inner_deadline_is_bound_by_the_outer_one()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var outer = Begin(5);
        Task<TimeSpan?> work;
        using (Begin(2))
        {
            work = LeftAfterAsync(ended.Task);
        }

        ended.SetResult();

        Assert.Equal(TimeSpan.FromSeconds(5), await work);
    }

    [Fact]
    public async Task Suppressed_work_has_no_deadline_even_after_the_suppression_ends()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var deadline = Begin(5);
        Task<TimeSpan?> work;
        using (ResilienceDeadline.Suppress())
        {
            Assert.Null(Left());
            work = LeftAfterAsync(ended.Task);
        }

        Assert.Equal(TimeSpan.FromSeconds(5), Left());
        ended.SetResult();
        Assert.Null(await work);
    }

    [Fact]
    public void A_deadline_within_a_suppression_is_independent_of_the_outer_deadline()
    {
        using var outer = Begin(2);
        using var free = ResilienceDeadline.Suppress();
        using var inner = Begin(5);

        Assert.Equal(TimeSpan.FromSeconds(5), Left());
    }

    [Fact]
    public void Disposing_twice_changes_nothing()
    {
        using var outer = Begin(5);
        var inner = Begin(2);
        var free = ResilienceDeadline.Suppress();
        free.Dispose();
        free.Dispose();
        inner.Dispose();
        inner.Dispose();

        Assert.Equal(TimeSpan.FromSeconds(5), Left());
    }

    [Fact]
    public async Task A_deadline_that_is_disposed_in_another_flow_has_ended_in_its_own()
    {
        var deadline = Begin(5);
        await Task.Run(deadline.Dispose);

        Assert.Null(Left());
    }

    [Fact]
    public void A_negative_time_is_refused_and_a_huge_one_is_limited_to_a_day()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ResilienceDeadline.Begin(TimeSpan.FromTicks(-1)));

        using var deadline = ResilienceDeadline.Begin(TimeSpan.MaxValue, _clock);
        Assert.Equal(TimeSpan.FromHours(24), Left());
    }

    private IDisposable Begin(int seconds) => ResilienceDeadline.Begin(TimeSpan.FromSeconds(seconds), _clock);

    private async Task<TimeSpan?> LeftAfterAsync(Task task)
    {
        await task;
        return Left();
    }

    private TimeSpan? Left() => AmbientDeadline.Current is { } deadline
        ? _clock.GetElapsedTime(_clock.GetTimestamp(), deadline.ExpiresAt(_clock, _clock.GetTimestamp()))
        : null;
}
