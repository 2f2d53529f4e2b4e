using System.Net;
using Resilience.Http.Fallback;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fallback;

public sealed class FallbackDelegateTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly VirtualTimeProvider _clock = new();
    private FallbackContext? _seen;

    [Fact]
    public async Task It_answers_a_call_that_failed_and_is_marked()
    {
        using var client = Client(new ScriptedServer(script => script.Always(503), _clock), Answer(HttpStatusCode.Accepted));

        using var response = await _clock.RunAsync(() => client.Http.PostAsync("charges", null, None));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("delegate", Assert.Single(response.Headers.GetValues("Resilience-Fallback")));
        Assert.Equal((FallbackCause.Failed, "payments", 1), (_seen!.Cause, _seen.ServiceName, _seen.Attempts));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, _seen.Response!.StatusCode);
        Assert.NotNull(response.RequestMessage);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Transient_statuses_ask_it(int status)
    {
        using var client = Client(new ScriptedServer(script => script.Always(status), _clock), Answer(HttpStatusCode.OK));

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", None));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(501)]
    public async Task Another_answer_of_the_server_is_the_callers(int status)
    {
        using var client = Client(new ScriptedServer(script => script.Always(status), _clock), Answer(HttpStatusCode.Accepted));

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", None));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.False(response.Headers.Contains("Resilience-Fallback"));
        Assert.Null(_seen);
    }

    [Fact]
    public async Task A_timeout_asks_it_and_it_has_what_is_left_of_the_total()
    {
        var left = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously); // set by one who is left behind
        var server = new ScriptedServer(script => script.Hang().Always(), _clock);
        using var client = Client(server, async (_, token) =>
        {
            var began = _clock.GetTimestamp();
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            left.SetResult(_clock.GetElapsedTime(began));
            return null;
        }, options =>
        {
            options.Retry.Enabled = false;
            options.AttemptTimeout = TimeSpan.FromSeconds(2);
            options.TotalTimeout = TimeSpan.FromSeconds(10);
        });

        await Assert.ThrowsAsync<RequestTimedOutException>(() => _clock.RunAsync(() => client.Http.GetAsync("", None)));

        Assert.Equal(8, (await left.Task).TotalSeconds, 0.01);
    }

    [Fact]
    public async Task It_has_at_least_its_own_timeout_when_the_total_is_used_up()
    {
        var server = new ScriptedServer(script => script.Hang().Always(), _clock);
        using var client = Client(server, async (context, token) =>
        {
            _seen = context;
            await Task.Delay(TimeSpan.FromMilliseconds(499), _clock, token);
            return new HttpResponseMessage(HttpStatusCode.Accepted);
        }, options => options.TotalTimeout = TimeSpan.FromSeconds(1));

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", None));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(FallbackCause.TimedOut, _seen!.Cause);
        Assert.IsType<RequestTimedOutException>(_seen.Exception);
    }

    [Fact]
    public async Task Without_a_total_timeout_it_has_all_the_time_that_the_caller_has()
    {
        using var caller = new CancellationTokenSource(TimeSpan.FromHours(2), _clock);
        using var client = Client(new ScriptedServer(script => script.Always(503), _clock), async (_, token) =>
        {
            await Task.Delay(TimeSpan.FromHours(1), _clock, token);
            return new HttpResponseMessage(HttpStatusCode.Accepted);
        }, options => options.TotalTimeout = Timeout.InfiniteTimeSpan);

        using var response = await _clock.RunAsync(() => client.Http.PostAsync("", null, caller.Token));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task All_of_them_share_one_time_and_an_answer_that_is_there_at_once_still_counts()
    {
        var endedBeforeTheSecond = false;
        using var client = Client(new ScriptedServer(script => script.Hang().Always(), _clock), HangAsync, options =>
        {
            options.TotalTimeout = TimeSpan.FromSeconds(10);
            options.Fallback.Timeout = TimeSpan.FromMilliseconds(600);
            options.Fallback.Add(async (_, token) =>
            {
                endedBeforeTheSecond = token.IsCancellationRequested;
                return await HangAsync(null, token);
            });
            options.Fallback.Add(Answer(HttpStatusCode.Accepted));
        });

        using var response = await _clock.RunAsync(() => client.Http.PostAsync("", null, None));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.True(endedBeforeTheSecond);
        Assert.Equal(TimeSpan.FromSeconds(10.6), _clock.Elapsed);
    }

    [Fact]
    public async Task One_that_outlives_its_time_is_left_behind_and_its_late_answer_disposed()
    {
        var late = new TaskCompletionSource<HttpResponseMessage?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var client = Client(
            new ScriptedServer(script => script.Always(503), _clock), (_, _) => new ValueTask<HttpResponseMessage?>(late.Task));

        using var response = await _clock.RunAsync(() => client.Http.PostAsync("", null, None));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);

        var disposed = new DisposedContent();
        late.SetResult(new HttpResponseMessage { Content = disposed });
        await disposed.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task One_that_hands_the_original_response_back_too_late_leaves_it_to_the_caller()
    {
        var failed = new DisposedContent();
        var late = new TaskCompletionSource<HttpResponseMessage?>();
        var server = new ScriptedServer(
            script => script.Then(_ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = failed }), _clock);
        using var client = Client(server, (context, _) =>
        {
            _seen = context;
            return new ValueTask<HttpResponseMessage?>(late.Task);
        }, options => options.Retry.Enabled = false);

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, None));
        await Task.Run(() => late.SetResult(_seen!.Response), None); // On the pool, where whoever awaits it goes on at once.

        Assert.Same(_seen!.Response, response);
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

    [Fact]
    public async Task One_that_throws_leaves_the_original_outcome()
    {
        var server = new ScriptedServer(script => script.Refuse().Always(), _clock);
        using var client = Client(server, (_, _) => throw new InvalidOperationException("mine"), options => options.Retry.Enabled = false);

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => _clock.RunAsync(() => client.Http.GetAsync("", None)));

        Assert.Equal(HttpRequestError.ConnectionError, thrown.HttpRequestError);
    }

    [Fact]
    public async Task One_that_returns_null_lets_the_next_one_answer()
    {
        using var client = Client(
            new ScriptedServer(script => script.Always(503), _clock),
            (_, _) => default,
            options => options.Fallback.Add(Answer(HttpStatusCode.Accepted)));

        using var response = await _clock.RunAsync(() => client.Http.PostAsync("", null, None));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task The_callers_cancellation_is_not_answered()
    {
        using var caller = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);
        using var client = Client(new ScriptedServer(script => script.Hang().Always(), _clock), Answer(HttpStatusCode.OK));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _clock.RunAsync(() => client.Http.GetAsync("", caller.Token)));

        Assert.Null(_seen);
    }

    [Fact]
    public async Task A_caller_who_cancels_during_a_fallback_gets_the_original_outcome()
    {
        using var caller = new CancellationTokenSource();
        using var client = Client(
            new ScriptedServer(script => script.Always(503), _clock),
            (_, _) =>
            {
                caller.Cancel();
                return default;
            },
            options =>
            {
                options.Retry.Enabled = false;
                options.Fallback.StatusCode = HttpStatusCode.OK;
            });

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, caller.Token));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.False(response.Headers.Contains("Resilience-Fallback"));
    }

    [Fact]
    public async Task A_caller_who_leaves_while_the_outcome_is_judged_gets_the_original_outcome()
    {
        using var caller = new CancellationTokenSource();
        var options = new ResilientHttpClientOptions
        {
            ClassifyOutcome = _ =>
            {
                caller.Cancel();
                return AttemptVerdict.Transient;
            },
        };
        options.Fallback.Add(static (_, _) => default);

        // Alone, so that nobody has judged before it.
        using var handler = new FallbackHandler(new ServiceState("payments", new ResilienceRuntime(_clock, null, null, null), options))
        {
            InnerHandler = new ScriptedServer(script => script.Refuse(), _clock),
        };
        using var invoker = new HttpMessageInvoker(handler);

        await Assert.ThrowsAsync<HttpRequestException>(
            () => invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/"), caller.Token));
    }

    [Fact]
    public async Task The_response_it_replaces_is_disposed_once_and_the_one_it_keeps_is_not()
    {
        var first = new DisposedContent();
        var server = new ScriptedServer(
            script => script.Then(_ => new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = first }), _clock);
        using var client = Client(server, Answer(HttpStatusCode.OK), options => options.Retry.Enabled = false);

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, None));

        Assert.Equal(1, first.Times);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task One_that_hands_the_original_response_back_changes_nothing()
    {
        using var client = Client(
            new ScriptedServer(script => script.Always(503), _clock),
            (context, _) => new ValueTask<HttpResponseMessage?>(context.Response));

        using var response = await _clock.RunAsync(() => client.Http.PostAsync("", null, None));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.False(response.Headers.Contains("Resilience-Fallback"));
    }

    [Fact]
    public void A_synchronous_call_is_answered_too()
    {
        using var client = Client(new ScriptedServer(script => script.Always(503), _clock), Answer(HttpStatusCode.Accepted));

        using var response = _clock.Run(() => client.Http.Send(new HttpRequestMessage(HttpMethod.Post, "charges"), None));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Theory]
    [InlineData("2.0", false, "2.0")]
    [InlineData("1.0", false, "1.0")]
    [InlineData("2.0", true, "1.1")]
    public async Task Its_answer_carries_the_version_that_was_asked_for_unless_a_server_sent_it(
        string asked, bool received, string expected)
    {
        using var client = Client(new ScriptedServer(script => script.Always(503), _clock), (_, _) => new(new HttpResponseMessage
        {
            RequestMessage = received ? new HttpRequestMessage(HttpMethod.Get, "https://mirror.internal/") : null,
        }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "charges") { Version = new(asked) };

        using var response = await _clock.RunAsync(() => client.Http.SendAsync(request, None));

        Assert.Equal(new Version(expected), response.Version);
    }

    private async ValueTask<HttpResponseMessage?> HangAsync(FallbackContext? context, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, _clock, cancellationToken);
        return null;
    }

    private Func<FallbackContext, CancellationToken, ValueTask<HttpResponseMessage?>> Answer(HttpStatusCode status) => (context, _) =>
    {
        _seen = context;
        return new(new HttpResponseMessage(status));
    };

    private ChainClient Client(
        ScriptedServer server,
        Func<FallbackContext, CancellationToken, ValueTask<HttpResponseMessage?>> fallback,
        Action<ResilientHttpClientOptions>? configure = null) =>
        new(server, options =>
        {
            options.Fallback.Add(fallback);
            configure?.Invoke(options);
        }, _clock);

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
