namespace Resilience.Http.Tests.Timeouts;

public sealed class AttemptTimeoutTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly TimeoutWorld _world = new(o => o.AttemptTimeout = Limit);

    [Fact]
    public async Task An_attempt_that_hangs_ends_at_its_limit()
    {
        var server = _world.Server(s => s.Hang());

        var exception = await _world.TimesOutAsync(server);

        Assert.Equal(Limit, _world.Clock.Elapsed);
        Assert.Equal(TimeoutScope.Attempt, exception.Scope);
        Assert.Equal(Limit, exception.Timeout);
        Assert.Equal("payments", exception.ServiceName);
    }

    [Fact]
    public async Task Code_that_expects_a_timeout_of_HttpClient_finds_one()
    {
        var exception = await _world.TimesOutAsync(_world.Server(s => s.Hang()));

        Assert.IsType<TaskCanceledException>(exception, exactMatch: false);
        var timeout = Assert.IsType<TimeoutException>(exception.InnerException);
        Assert.IsType<OperationCanceledException>(timeout.InnerException, exactMatch: false);
        Assert.Equal(CancellationToken.None, exception.CancellationToken);
    }

    [Fact]
    public async Task The_message_says_what_happened_to_whom_and_what_to_do()
    {
        var exception = await _world.TimesOutAsync(_world.Server(s => s.Hang()));

        Assert.Equal(
            "payments (https://payments.internal) sent no response headers within the AttemptTimeout of 2 s, in attempt 1. " +
            "Find out why it is slow, or raise AttemptTimeout if it may take that long. This limit is not HttpClient.Timeout.",
            exception.Message);
    }

    [Fact]
    public async Task The_message_of_a_later_attempt_says_how_the_previous_one_ended()
    {
        _world.Probe.Attempts = 3;

        var exception = await _world.TimesOutAsync(_world.Server(s => s.Fail(1, 503).Hang(2)));

        Assert.Contains("in attempt 3; the attempt before ended with the AttemptTimeout.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_in_time_is_handed_back()
    {
        var response = await _world.SendAsync(_world.Server(s => s.Slow(Limit - TimeSpan.FromMilliseconds(1))));

        Assert.True(response.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData(typeof(HttpRequestException))]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(InvalidOperationException))]
    public async Task Any_outcome_once_the_limit_has_fired_is_the_timeout(Type thrown)
    {
        var server = _world.Server(script => script.Then(async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _world.Clock, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw (Exception)Activator.CreateInstance(thrown)!;
        }).Always());

        var exception = await _world.TimesOutAsync(server);

        Assert.IsType(thrown, exception.InnerException!.InnerException);
    }

    [Fact]
    public async Task An_answer_that_comes_although_the_limit_has_fired_is_still_an_answer()
    {
        var server = _world.Server(script => script.Then(async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _world.Clock, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new HttpResponseMessage();
        }).Always());

        Assert.True((await _world.SendAsync(server)).IsSuccessStatusCode);
        Assert.Null(Assert.Single(_world.Probe.Fired));
    }

    [Fact]
    public async Task A_handler_that_ignores_its_token_outlives_the_limit()
    {
        var server = _world.Server(script => script.Then(async (_, _) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), _world.Clock, CancellationToken.None);
            return new HttpResponseMessage();
        }).Always());

        Assert.True((await _world.SendAsync(server)).IsSuccessStatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), _world.Clock.Elapsed);
    }

    [Fact]
    public async Task Each_attempt_has_the_whole_limit()
    {
        _world.Probe.Attempts = 3;
        _world.Probe.Wait = TimeSpan.FromSeconds(1);

        await _world.TimesOutAsync(_world.Server(s => s.Hang(3)));

        Assert.Equal(TimeSpan.FromSeconds(2 + 1 + 2 + 1 + 2), _world.Clock.Elapsed);
    }

    [Fact]
    public async Task Each_attempt_has_a_token_that_was_never_cancelled()
    {
        _world.Probe.Attempts = 2;
        var tokens = new List<CancellationToken>();
        var server = _world.Server(script => script.Then((_, token) =>
        {
            Assert.False(token.IsCancellationRequested);
            tokens.Add(token);
            return tokens.Count == 1 ? HangAsync(token) : Task.FromResult(new HttpResponseMessage());
        }).Always());

        Assert.True((await _world.SendAsync(server)).IsSuccessStatusCode);
        Assert.NotEqual(tokens[0], tokens[1]);
    }

    [Fact]
    public void A_blocking_call_is_cut_too()
    {
        using var invoker = _world.Invoker(_world.Server(s => s.Hang()));

        var exception = Assert.Throws<RequestTimedOutException>(
            () => _world.Clock.Run(() => invoker.Send(TimeoutWorld.Get(), CancellationToken.None)));

        Assert.Equal(TimeoutScope.Attempt, exception.Scope);
        Assert.Equal(Limit, _world.Clock.Elapsed);
    }

    [Fact]
    public async Task With_both_timeouts_switched_off_an_attempt_may_take_any_time()
    {
        _world.Options.AttemptTimeout = Timeout.InfiniteTimeSpan;
        _world.Options.TotalTimeout = Timeout.InfiniteTimeSpan;

        await _world.SendAsync(_world.Server(s => s.Slow(TimeSpan.FromHours(20))));

        Assert.Equal(TimeSpan.FromHours(20), _world.Clock.Elapsed);
    }

    [Fact]
    public async Task An_attempt_without_a_limit_sees_the_callers_own_token()
    {
        _world.Options.AttemptTimeout = Timeout.InfiniteTimeSpan;
        _world.Options.TotalTimeout = Timeout.InfiniteTimeSpan;
        using var caller = new CancellationTokenSource();
        CancellationToken? seen = null;

        await _world.SendAsync(
            new FakeServer((_, token) =>
            {
                seen = token;
                return Task.FromResult(new HttpResponseMessage());
            }),
            cancellationToken: caller.Token);

        Assert.Equal(caller.Token, seen);
    }

    [Fact]
    public async Task HttpClient_passes_the_timeout_exception_on_unchanged()
    {
        using var client = _world.Client(_world.Server(s => s.Hang()));
        using var callers = new CancellationTokenSource();

        var exception = await Assert.ThrowsAsync<RequestTimedOutException>(
            () => _world.Clock.RunAsync(() => client.SendAsync(TimeoutWorld.Get(), callers.Token)));

        Assert.Equal(TimeoutScope.Attempt, exception.Scope);
    }

    public void Dispose() => _world.Dispose();

    private static async Task<HttpResponseMessage> HangAsync(CancellationToken token)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        return new HttpResponseMessage();
    }
}
