namespace Resilience.Http.Tests.Timeouts;

public sealed class CallerCancellationTests : IDisposable
{
    private readonly TimeoutWorld _world = new(o => o.AttemptTimeout = TimeSpan.FromSeconds(2));
    private readonly CancellationTokenSource _caller = new();

    [Theory]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(HttpRequestException))]
    [InlineData(typeof(IOException))]
    public async Task A_cancelled_call_ends_with_the_callers_own_token(Type thrown)
    {
        var server = _world.Server(script => script.Then(async (_, token) =>
        {
            await _caller.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, _world.Clock, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw (Exception)Activator.CreateInstance(thrown)!;
        }).Always());

        var exception = await CanceledAsync(server);

        Assert.Equal(_caller.Token, exception.CancellationToken);
        Assert.IsNotType<RequestTimedOutException>(exception);
        Assert.IsType(thrown, exception.InnerException);
        Assert.Equal(TimeSpan.Zero, _world.Clock.Elapsed);
    }

    [Fact]
    public async Task An_exception_that_already_names_the_callers_token_is_left_alone()
    {
        var original = new OperationCanceledException(_caller.Token);
        var server = _world.Server(script => script.Then((_, _) =>
        {
            _caller.Cancel();
            return Task.FromException<HttpResponseMessage>(original);
        }).Always());

        Assert.Same(original, await CanceledAsync(server));
    }

    [Fact]
    public async Task A_fault_that_no_cancellation_explains_stays_what_it_is()
    {
        var original = new InvalidOperationException("a bug");
        var server = _world.Server(script => script.Then((_, _) =>
        {
            _caller.Cancel();
            return Task.FromException<HttpResponseMessage>(original);
        }).Always());

        Assert.Same(
            original,
            await Assert.ThrowsAsync<InvalidOperationException>(() => _world.SendAsync(server, cancellationToken: _caller.Token)));
    }

    [Fact]
    public async Task Inner_handlers_see_the_callers_cancellation_even_before_they_first_wait()
    {
        var server = _world.Server(script => script.Then((_, token) =>
        {
            Assert.False(token.IsCancellationRequested);
            _caller.Cancel();
            Assert.True(token.IsCancellationRequested);
            return Task.FromCanceled<HttpResponseMessage>(token);
        }).Always());

        Assert.Equal(_caller.Token, (await CanceledAsync(server)).CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task If_the_callers_cancellation_and_the_limit_coincide_the_cancellation_wins(bool callerFirst)
    {
        using var callersTimer = _world.Clock.CreateTimer(_ => _caller.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var server = _world.Server(script => script.Then(async (_, token) =>
        {
            // The handler notices late, when both have fired, in either order.
            callersTimer.Change(TimeSpan.FromMilliseconds(callerFirst ? 1999 : 2001), Timeout.InfiniteTimeSpan);
            await Task.Delay(TimeSpan.FromSeconds(3), _world.Clock, CancellationToken.None);
            throw new OperationCanceledException(token);
        }).Always());

        Assert.Equal(_caller.Token, (await CanceledAsync(server)).CancellationToken);
        Assert.Null(Assert.Single(_world.Probe.Fired));
        Assert.Equal(AttemptVerdict.Ignored, Assert.Single(_world.Probe.Judgements).Verdict);
    }

    [Fact]
    public async Task A_token_that_was_cancelled_before_the_call_reaches_the_inner_handler_as_such()
    {
        await _caller.CancelAsync();

        var exception = await CanceledAsync(_world.Server(s => s.Hang()));

        Assert.Equal(_caller.Token, exception.CancellationToken);
    }

    [Fact]
    public void A_blocking_call_too_ends_with_the_callers_token()
    {
        using var invoker = _world.Invoker(_world.Server(s => s.Hang()));
        using var cancelsAfterOneSecond = _world.Clock.CreateTimer(
            _ => _caller.Cancel(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        var exception = Assert.ThrowsAny<OperationCanceledException>(
            () => _world.Clock.Run(() => invoker.Send(TimeoutWorld.Get(), _caller.Token)));

        Assert.Equal(_caller.Token, exception.CancellationToken);
        Assert.Equal(TimeSpan.FromSeconds(1), _world.Clock.Elapsed);
    }

    [Fact]
    public async Task HttpClient_gives_the_caller_the_callers_token()
    {
        using var client = _world.Client(_world.Server(script => script.Then(async (_, token) =>
        {
            await _caller.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, _world.Clock, token);
            return new HttpResponseMessage();
        }).Always()));

        var exception = await Assert.ThrowsAsync<TaskCanceledException>(
            () => _world.Clock.RunAsync(() => client.SendAsync(TimeoutWorld.Get(), _caller.Token)));

        Assert.Equal(_caller.Token, exception.CancellationToken);
    }

    public void Dispose()
    {
        _caller.Dispose();
        _world.Dispose();
    }

    private Task<OperationCanceledException> CanceledAsync(HttpMessageHandler server) =>
        Assert.ThrowsAnyAsync<OperationCanceledException>(() => _world.SendAsync(server, cancellationToken: _caller.Token));
}
