namespace Resilience.Http.Tests.Timeouts;

/// <summary>
/// Ten thousand calls that end badly leave nothing behind. Timers, token sources and registrations are counted; memory is not guessed.
/// </summary>
public sealed class TimeoutGrowthTests : IDisposable
{
    private const int Calls = 10_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    private readonly TimeoutWorld _world = new(o => o.AttemptTimeout = Limit);
    private readonly CancellationTokenSource _appLifetime = new();
    private readonly List<CancellationToken> _tokens = [];

    [Fact]
    public async Task Calls_that_time_out_leave_nothing()
    {
        await SendAllAsync<RequestTimedOutException>(HangAsync, _ => _appLifetime.Token);

        Assert.All(_tokens, token => Assert.Throws<ObjectDisposedException>(() => token.WaitHandle));
        Assert.Equal(0, _world.Clock.TimersAlive);
    }

    [Fact]
    public async Task Calls_that_are_cancelled_leave_nothing()
    {
        var callers = new List<CancellationTokenSource>();
        await SendAllAsync<TaskCanceledException>(
            async token =>
            {
                await Task.Yield();
                await callers[^1].CancelAsync();
                return await HangAsync(token);
            },
            _ =>
            {
                callers.Add(new CancellationTokenSource());
                return callers[^1].Token;
            });

        Assert.All(_tokens, token => Assert.Throws<ObjectDisposedException>(() => token.WaitHandle));
        Assert.All(callers, caller => Assert.Equal(0, Registrations.On(caller)));
        Assert.Equal(0, _world.Clock.TimersAlive);
    }

    [Fact]
    public async Task Calls_that_fault_leave_one_source_for_the_next()
    {
        await SendAllAsync<HttpRequestException>(
            async _ =>
            {
                await Task.Yield();
                throw new HttpRequestException("refused");
            },
            _ => _appLifetime.Token);

        Assert.InRange(_tokens.Distinct().Count(), 1, Environment.ProcessorCount);
        Assert.InRange(_world.Clock.TimersAlive, 1, Environment.ProcessorCount);
    }

    [Fact]
    public async Task Concurrent_calls_of_all_kinds_leave_no_more_sources_than_ran_at_once()
    {
        const int AtOnce = 64;
        var server = _world.Server(script => script.Then(async (request, token) =>
        {
            await Task.Yield();
            return request.Options.TryGetValue(Kind, out var kind) && kind == 0 ? throw new HttpRequestException("refused")
                : kind == 1 ? await HangAsync(token)
                : kind == 2 ? await CanceledAsync(request, token)
                : new HttpResponseMessage();
        }).Always());
        using var client = _world.Invoker(server);

        await _world.Clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async worker =>
        {
            for (var i = 0; i < Calls / AtOnce; i++)
            {
                using var request = TimeoutWorld.Get();
                using var caller = new CancellationTokenSource();
                request.Options.Set(Kind, (worker + i) % 4);
                request.Options.Set(Caller, caller);
                var exception = await Record.ExceptionAsync(() => client.SendAsync(request, caller.Token));
                Assert.Equal(
                    ((worker + i) % 4) switch
                    {
                        0 => typeof(HttpRequestException),
                        1 =>
                        typeof(RequestTimedOutException),
                        2 => typeof(TaskCanceledException),
                        _ => null
                    }, exception?.GetType());
                Assert.Equal(0, Registrations.On(caller));
            }
        })));

        Assert.InRange(_world.Clock.TimersAlive, 0, AtOnce);
    }

    public void Dispose()
    {
        _appLifetime.Dispose();
        _world.Dispose();
    }

    private static readonly HttpRequestOptionsKey<int> Kind = new("kind");
    private static readonly HttpRequestOptionsKey<CancellationTokenSource> Caller = new("caller");

    private async Task<HttpResponseMessage> CanceledAsync(HttpRequestMessage request, CancellationToken token)
    {
        request.Options.TryGetValue(Caller, out var caller);
        await caller!.CancelAsync();
        return await HangAsync(token);
    }

    private async Task<HttpResponseMessage> HangAsync(CancellationToken token)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, _world.Clock, token);
        return new HttpResponseMessage();
    }

    /// <summary>One call after the other, so that what is left can only be what they left.</summary>
    private async Task SendAllAsync<TException>(
        Func<CancellationToken, Task<HttpResponseMessage>> answer, Func<int, CancellationToken> caller)
        where TException : Exception
    {
        using var invoker = _world.Invoker(_world.Server(script => script.Then((_, token) =>
        {
            _tokens.Add(token);
            return answer(token);
        }).Always()));

        await _world.Clock.RunAsync(async () =>
        {
            for (var i = 0; i < Calls; i++)
            {
                await Assert.ThrowsAsync<TException>(() => invoker.SendAsync(TimeoutWorld.Get(), caller(i)));
            }
        });

        Assert.Equal(Calls, _tokens.Count);
        Assert.Equal(0, Registrations.On(_appLifetime));
        Assert.Empty(_world.Clock.PendingTimers.Skip(Environment.ProcessorCount));
    }
}
