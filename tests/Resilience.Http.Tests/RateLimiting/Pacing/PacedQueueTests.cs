using Resilience.Http.RateLimiting.Pacing;

namespace Resilience.Http.Tests.RateLimiting.Pacing;

public sealed class PacedQueueTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly QueueFixture _fixture = new(permits: 2, burst: 2);

    [Fact]
    public async Task Sends_leave_in_order_each_when_its_token_exists()
    {
        var order = new List<int>();
        await _fixture.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 6).Select(async number =>
        {
            await _fixture.Enter();
            order.Add(number);
        })));

        Assert.Equal([0, 1, 2, 3, 4, 5], order);
        Assert.Equal([0, 0, 500, 1_000, 1_500, 2_000], _fixture.TakenAt);
    }

    [Fact]
    public async Task A_send_that_would_be_too_late_is_rejected_at_once_with_the_time()
    {
        _fixture.TakeAll();
        var first = _fixture.Enter();

        var second = await _fixture.Enter(within: Second);

        Assert.Equal(new QueueResult(QueueEnd.TooLate, Waited: false, Ahead: 1, RetryAfter: Second), second);
        Assert.Equal(1, _fixture.Queue.Count);
        _fixture.Clock.Advance(Second);
        Assert.Equal(QueueEnd.Granted, (await first).End);
    }

    [Fact]
    public async Task A_rejected_send_takes_no_place_in_the_queue()
    {
        _fixture.TakeAll();
        await _fixture.Enter(within: TimeSpan.FromMilliseconds(1));

        var next = _fixture.Enter();
        _fixture.Clock.Advance(Second / 2);

        Assert.Equal(QueueEnd.Granted, (await next).End);
    }

    [Fact]
    public async Task A_full_queue_rejects_at_once_with_the_time()
    {
        _fixture.TakeAll();
        var first = _fixture.Enter(limit: 1);

        var second = await _fixture.Enter(limit: 1);

        Assert.Equal(new QueueResult(QueueEnd.Full, Waited: false, Ahead: 1, RetryAfter: Second), second);
        _fixture.Clock.Advance(Second);
        Assert.True((await first).Waited);
    }

    [Fact]
    public async Task A_send_that_leaves_the_queue_makes_room_for_those_behind_it()
    {
        _fixture.TakeAll();
        using var leaves = new CancellationTokenSource();
        var first = _fixture.Enter(cancellationToken: leaves.Token);
        var second = _fixture.Enter();

        await leaves.CancelAsync();
        _fixture.Clock.Advance(Second / 2);

        Assert.Equal(QueueEnd.Canceled, (await first).End);
        Assert.Equal(QueueEnd.Granted, (await second).End);
        Assert.Equal([0, 0, 500], _fixture.TakenAt);
    }

    [Fact]
    public async Task A_send_with_a_cancelled_token_leaves_at_once()
    {
        _fixture.TakeAll();

        Assert.Equal(QueueEnd.Canceled, (await _fixture.Enter(cancellationToken: new(canceled: true))).End);
        Assert.Equal(0, _fixture.Queue.Count);
    }

    [Fact]
    public async Task No_new_send_overtakes_a_waiting_one()
    {
        _fixture.TakeAll();
        var first = _fixture.Enter();
        _fixture.Clock.Advance(Second * 0.4);

        var second = _fixture.Enter();
        Assert.False(_fixture.Queue.TryTake(out _));
        _fixture.Clock.Advance(Second);

        await Task.WhenAll(first, second);
        Assert.Equal([0, 0, 500, 1_000], _fixture.TakenAt);
    }

    [Fact]
    public async Task An_available_token_is_left_for_a_send_that_already_waits()
    {
        _fixture.TakeAll();
        var waiting = _fixture.Enter();

        _fixture.Pace.Bucket.GiveBack(_fixture.Clock.GetTimestamp(), takenAt: 0); // the queue has not noticed it yet
        Assert.False(_fixture.Queue.TryTake(out _));
        var second = _fixture.Enter();

        Assert.Equal(QueueEnd.Granted, (await waiting).End);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task A_token_that_comes_back_goes_to_the_first_in_line()
    {
        _fixture.TakeAll();
        var first = _fixture.Enter();

        _fixture.Queue.GiveBack(takenAt: 0);

        Assert.Equal(QueueEnd.Granted, (await first).End);
        Assert.Equal(TimeSpan.Zero, _fixture.Clock.Elapsed);
    }

    [Fact]
    public async Task A_faster_rate_applies_to_sends_that_already_wait()
    {
        var fixture = new QueueFixture(permits: 1, per: TimeSpan.FromHours(1));
        fixture.TakeAll();
        var waiting = Enumerable.Range(0, 3).Select(_ => fixture.Enter()).ToList();

        fixture.Edit(permits: 10);
        fixture.Clock.Advance(Second);

        await Task.WhenAll(waiting);
        Assert.Equal([0, 100, 200, 300], fixture.TakenAt);
    }

    [Fact]
    public async Task A_slower_rate_rejects_waiting_sends_that_would_then_be_too_late()
    {
        var fixture = new QueueFixture(permits: 10, burst: 1);
        fixture.TakeAll();
        var (hasTime, hasNone) = (fixture.Enter(), fixture.Enter(within: Second));

        fixture.Edit(permits: 1, per: TimeSpan.FromSeconds(10), burst: 1);

        Assert.Equal(QueueEnd.TooLate, (await hasNone).End);
        Assert.Equal(TimeSpan.FromSeconds(20), (await hasNone).RetryAfter);
        Assert.False(hasTime.IsCompleted);
        fixture.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(QueueEnd.Granted, (await hasTime).End);
    }

    [Fact]
    public async Task Without_a_limit_all_waiting_sends_are_let_through()
    {
        _fixture.TakeAll();
        var waiting = Enumerable.Range(0, 5).Select(_ => _fixture.Enter()).ToList();

        _fixture.Queue.TryChange(static (pace, rate, now) => pace.Bucket.Change(rate, now), TokenRate.Unlimited);

        Assert.All(await Task.WhenAll(waiting), static result => Assert.Equal(QueueEnd.Granted, result.End));
    }

    [Fact]
    public void A_synchronous_send_blocks_its_thread_on_the_clock()
    {
        _fixture.TakeAll();

        var result = _fixture.Clock.Run(() => _fixture.Enter(async: false).GetAwaiter().GetResult());

        Assert.Equal(QueueEnd.Granted, result.End);
        Assert.Equal(Second / 2, _fixture.Clock.Elapsed);
    }

    [Fact]
    public void A_synchronous_send_leaves_when_it_is_cancelled()
    {
        _fixture.TakeAll();
        using var leaves = new CancellationTokenSource();
        using var timer = _fixture.Clock.CreateTimer(_ => leaves.Cancel(), null, Second / 10, Timeout.InfiniteTimeSpan);

        var result = _fixture.Clock.Run(() => _fixture.Enter(cancellationToken: leaves.Token, async: false).GetAwaiter().GetResult());

        Assert.Equal(QueueEnd.Canceled, result.End);
        Assert.Equal(Second / 10, _fixture.Clock.Elapsed);
    }

    [Fact]
    public void Synchronous_sends_on_the_system_clock_need_no_thread_pool_thread()
    {
        var rate = new TokenRate(Permits: 1, TimeProvider.System.TimestampFrequency / 50, Burst: 1);
        var queue = new PacedQueue<TokenBucket>(new(rate, TimeProvider.System.GetTimestamp()), TimeProvider.System);
        var threads = Enumerable.Range(0, 5).Select(_ => new Thread(
            () => queue.EnterAsync(int.MaxValue, long.MaxValue, TimeSpan.MaxValue, async: false, default).GetAwaiter().GetResult()))
            .ToList();

        threads.ForEach(static thread => thread.Start());

        Assert.All(threads, static thread => Assert.True(thread.Join(TimeSpan.FromSeconds(30))));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task All_waiting_sends_end_when_the_app_is_disposed_and_none_waits_afterwards()
    {
        _fixture.TakeAll();
        var waiting = new[] { _fixture.Enter(), _fixture.Enter() };

        _fixture.Queue.Close();

        Assert.All(await Task.WhenAll(waiting), static result => Assert.Equal(QueueEnd.Closed, result.End));
        Assert.Equal(QueueEnd.Closed, (await _fixture.Enter()).End);
        Assert.Equal(0, _fixture.Queue.Count);
        _fixture.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_fixture.Queue.TryTake(out _));
    }

    [Fact]
    public void A_synchronous_send_that_waits_ends_when_the_app_is_disposed()
    {
        var rate = new TokenRate(Permits: 1, TimeSpan.TicksPerDay, Burst: 1);
        var queue = new PacedQueue<TokenBucket>(new(rate, TimeProvider.System.GetTimestamp()), TimeProvider.System);
        queue.TryTake(out _);
        QueueResult result = default;
        var thread = new Thread(
            () => result = queue.EnterAsync(1, long.MaxValue, TimeSpan.MaxValue, async: false, default).GetAwaiter().GetResult());
        thread.Start();
        Assert.True(SpinWait.SpinUntil(() => queue.Count == 1, TimeSpan.FromSeconds(30)));

        queue.Close();

        Assert.True(thread.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal(QueueEnd.Closed, result.End);
    }

    [Fact]
    public async Task A_queue_in_use_is_not_retired()
    {
        _fixture.Queue.TryTake(out _);

        Assert.False(_fixture.Queue.TryRetire(static (pace, now) => pace.Bucket.IsFull(now)));
        _fixture.Clock.Advance(Second);
        Assert.True(_fixture.Queue.TryRetire(static (pace, now) => pace.Bucket.IsFull(now)));
        Assert.False(_fixture.Queue.TryTake(out _));
        Assert.Equal(QueueEnd.Retired, (await _fixture.Enter()).End);
    }

    [Fact]
    public async Task A_wait_longer_than_the_longest_timer_ends_in_time()
    {
        var fixture = new QueueFixture(permits: 1, per: TimeSpan.FromDays(1), burst: 1);
        fixture.TakeAll();
        var waiting = Enumerable.Range(0, 100).Select(_ => fixture.Enter()).ToList();

        fixture.Clock.Advance(TimeSpan.FromDays(100));

        Assert.All(await Task.WhenAll(waiting), static result => Assert.Equal(QueueEnd.Granted, result.End));
        Assert.Equal(100 * TimeSpan.FromDays(1).TotalMilliseconds, fixture.TakenAt[^1]);
    }
}
