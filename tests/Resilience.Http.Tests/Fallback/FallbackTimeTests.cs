using System.Net;
using Resilience.Http.Fallback;
using Resilience.Http.Testing;
using static System.Threading.CancellationToken;

namespace Resilience.Http.Tests.Fallback;

/// <summary>How much time fallback delegates have, and what happens to an answer that comes too late.</summary>
public sealed class FallbackTimeTests
{
    private readonly FallbackFixture _fixture = new();

    [Fact]
    public async Task A_timeout_calls_the_fallback_with_what_is_left_of_the_total_timeout()
    {
        var left = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously); // set by one who is left behind
        var server = new ScriptedServer(script => script.Hang().Always(), _fixture.Clock);
        using var client = _fixture.Client(server, async (_, token) =>
        {
            var began = _fixture.Clock.GetTimestamp();
            await Task.Delay(Timeout.InfiniteTimeSpan, _fixture.Clock, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            left.SetResult(_fixture.Clock.GetElapsedTime(began));
            return null;
        }, options =>
        {
            options.Retry.Enabled = false;
            options.AttemptTimeout = TimeSpan.FromSeconds(2);
            options.TotalTimeout = TimeSpan.FromSeconds(10);
        });

        await Assert.ThrowsAsync<RequestTimedOutException>(() => _fixture.Clock.RunAsync(() => client.Http.GetAsync("", None)));

        Assert.Equal(8, (await left.Task).TotalSeconds, 0.01);
    }

    [Fact]
    public async Task A_fallback_has_at_least_its_own_timeout_when_the_total_timeout_is_used_up()
    {
        var server = new ScriptedServer(script => script.Hang().Always(), _fixture.Clock);
        using var client = _fixture.Client(server, async (context, token) =>
        {
            _fixture.Seen = context;
            await Task.Delay(TimeSpan.FromMilliseconds(499), _fixture.Clock, token);
            return new HttpResponseMessage(HttpStatusCode.Accepted);
        }, options => options.TotalTimeout = TimeSpan.FromSeconds(1));

        using var response = await _fixture.Clock.RunAsync(() => client.Http.GetAsync("", None));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(FallbackCause.TimedOut, _fixture.Seen!.Cause);
        Assert.IsType<RequestTimedOutException>(_fixture.Seen.Exception);
    }

    [Fact]
    public async Task Without_a_total_timeout_a_fallback_has_all_the_time_of_the_caller()
    {
        using var caller = new CancellationTokenSource(TimeSpan.FromHours(2), _fixture.Clock);
        using var client = _fixture.Client(script => script.Always(503), async (_, token) =>
        {
            await Task.Delay(TimeSpan.FromHours(1), _fixture.Clock, token);
            return new HttpResponseMessage(HttpStatusCode.Accepted);
        }, options => options.TotalTimeout = Timeout.InfiniteTimeSpan);

        using var response = await _fixture.Clock.RunAsync(() => client.Http.PostAsync("", null, caller.Token));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task All_fallbacks_share_one_timeout_and_an_immediate_answer_still_counts()
    {
        var endedBeforeTheSecond = false;
        using var client = _fixture.Client(script => script.Hang().Always(), _fixture.HangAsync, options =>
        {
            options.TotalTimeout = TimeSpan.FromSeconds(10);
            options.Fallback.Timeout = TimeSpan.FromMilliseconds(600);
            options.Fallback.Add(async (_, token) =>
            {
                endedBeforeTheSecond = token.IsCancellationRequested;
                return await _fixture.HangAsync(null, token);
            });
            options.Fallback.Add(_fixture.Answer(HttpStatusCode.Accepted));
        });

        using var response = await _fixture.Clock.RunAsync(() => client.Http.PostAsync("", null, None));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.True(endedBeforeTheSecond);
        Assert.Equal(TimeSpan.FromSeconds(10.6), _fixture.Clock.Elapsed);
    }

    [Fact]
    public async Task A_fallback_that_exceeds_its_timeout_is_abandoned_and_its_late_answer_disposed()
    {
        var late = new TaskCompletionSource<HttpResponseMessage?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var client = _fixture.Client(
            script => script.Always(503), (_, _) => new ValueTask<HttpResponseMessage?>(late.Task));

        using var response = await _fixture.Clock.RunAsync(() => client.Http.PostAsync("", null, None));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);

        var disposed = new DisposedContent();
        late.SetResult(new HttpResponseMessage { Content = disposed });
        await disposed.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_fallback_that_returns_the_original_response_too_late_leaves_it_to_the_caller()
    {
        var failed = new DisposedContent();
        var late = new TaskCompletionSource<HttpResponseMessage?>();
        var server = new ScriptedServer(
            script => script.Then(_ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = failed }), _fixture.Clock);
        using var client = _fixture.Client(server, (context, _) =>
        {
            _fixture.Seen = context;
            return new ValueTask<HttpResponseMessage?>(late.Task);
        }, options => options.Retry.Enabled = false);

        using var response = await _fixture.Clock.RunAsync(() => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, None));
        await Task.Run(() => late.SetResult(_fixture.Seen!.Response), None); // On the pool, where whoever awaits it goes on at once.

        Assert.Same(_fixture.Seen!.Response, response);
        Assert.Equal(0, failed.Times);
    }

    [Fact]
    public void An_answer_that_comes_just_as_the_time_ends_is_used_or_disposed()
    {
        var begun = 0;
        Race.Run(
            rounds: 2_000,
            begin: () => new LastMoment(lag: begun++ % 1_000),
            check: static round => Assert.Equal(round.IsUsed() ? 0 : 1, round.Content.Times),
            static round => round.Time.Cancel(),
            static round =>
            {
                Thread.SpinWait(round.Lag); // To give up takes longer than to answer: an exception has to find who catches it.
                round.Answer.SetResult(new HttpResponseMessage { Content = round.Content });
            });
    }

    /// <summary>A delegate that is waited for: its time may end, and its answer come.</summary>
    private sealed class LastMoment
    {
        public LastMoment(int lag)
        {
            Lag = lag;
            var failed = new FallbackContext("payments", new(), FallbackCause.Failed, null, null, attempts: 1);
            Asked = FallbackDelegate.AskAsync((_, _) => new(Answer.Task), failed, async: true, Time.Token).AsTask();
        }

        public int Lag { get; }

        public CancellationTokenSource Time { get; } = new();

        public TaskCompletionSource<HttpResponseMessage?> Answer { get; } = new();

        public DisposedContent Content { get; } = new();

        public Task<HttpResponseMessage?> Asked { get; }

        /// <summary>Known once the wait has ended, which may be on another thread than the one that cancelled it.</summary>
        public bool IsUsed()
        {
            Task.WaitAny(Asked);
            return Asked.IsCompletedSuccessfully;
        }
    }
}
