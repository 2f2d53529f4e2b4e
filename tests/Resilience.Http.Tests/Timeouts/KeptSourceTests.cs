using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>On the system's clock a source stays with the pooled context of the calls it served, whichever host they were of.</summary>
public sealed class KeptSourceTests
{
    private readonly List<CancellationToken> _tokens = [];
    private readonly TaskCompletionSource<HttpResponseMessage> _answer = new();

    [Fact]
    public void One_source_serves_all_calls_of_a_thread_whichever_host_they_are_of() => OnItsOwnThread(() =>
    {
        using var one = OfAHost();
        using var other = OfAHost();

        for (var call = 0; call < 10; call++)
        {
            Call(one);
            Call(other);
        }

        Assert.Equal(20, _tokens.Count);
        Assert.Single(_tokens.Distinct());
    });

    [Fact]
    public void A_synchronous_Send_shares_the_token_source_with_an_asynchronous_call() => OnItsOwnThread(() =>
    {
        using var client = OfAHost();

        Call(client);
        client.Send(TimeoutWorld.Get(), default).Dispose();
        Call(client);

        Assert.Equal(3, _tokens.Count);
        Assert.Single(_tokens.Distinct());
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_source_that_was_cancelled_serves_no_other_call(bool whileItRuns) => OnItsOwnThread(() =>
    {
        using var client = OfAHost();
        using var caller = new CancellationTokenSource();
        using var spoilt = OfAHost((_, token) =>
        {
            _tokens.Add(token);
            caller.Cancel();
            return Task.FromCanceled<HttpResponseMessage>(token);
        });

        Call(client);
        if (!whileItRuns)
        {
            caller.Cancel();
        }

        Assert.Throws<TaskCanceledException>(() => Call(spoilt, caller.Token));
        Call(client);

        Assert.Equal(_tokens[0], _tokens[1]);
        Assert.True(_tokens[1].IsCancellationRequested);
        Assert.Throws<ObjectDisposedException>(() => _tokens[1].WaitHandle);
        Assert.NotEqual(_tokens[1], _tokens[2]);
        Assert.False(_tokens[2].IsCancellationRequested);
    });

    [Fact]
    public void A_listener_that_throws_at_a_timeout_leaves_no_cancelled_token_to_the_next_call() => OnItsOwnThread(() =>
    {
        var clock = new VirtualTimeProvider();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = ThrowingAtTimeouts(meters);

        // With BodyIdleTimeout somebody outside the loop gives the context back, whatever has come of the call.
        var options = new ResilientHttpClientOptions
        {
            AttemptTimeout = TimeSpan.FromSeconds(1),
            BodyIdleTimeout = TimeSpan.FromSeconds(1)
        };
        using var client = OfAHost((_, token) =>
        {
            _tokens.Add(token);
            if (_tokens.Count > 1)
            {
                return Task.FromResult(new HttpResponseMessage());
            }

            clock.Advance(options.AttemptTimeout);
            return Task.FromCanceled<HttpResponseMessage>(token);
        }, options, clock: clock, meters: meters);

        Assert.Throws<InvalidOperationException>(() => Call(client));
        Call(client);

        Assert.True(_tokens[0].IsCancellationRequested);
        Assert.False(_tokens[1].IsCancellationRequested);
        Assert.Equal(1, clock.TimersAlive);
    });

    [Fact]
    public void Calls_on_another_clock_have_a_source_of_that_clock_and_leave_it_to_their_pool() => OnItsOwnThread(() =>
    {
        var clock = new VirtualTimeProvider();
        using var real = OfAHost();
        using var timed = OfAHost(clock: clock);

        for (var call = 0; call < 3; call++)
        {
            Call(real);
            Call(timed);
        }

        Assert.Equal((1, 1), (clock.TimersCreated, clock.TimersAlive));
        Assert.Equal(4, _tokens.Distinct().Count()); // The place is one: another clock's call takes it, and the next begins anew.
        Assert.All(_tokens, static token => Assert.False(token.IsCancellationRequested));
    });

    [Fact]
    public void A_call_without_a_limit_leaves_the_source_alone() => OnItsOwnThread(() =>
    {
        using var limited = OfAHost();
        using var unlimited = OfAHost(
            options: new() { TotalTimeout = Timeout.InfiniteTimeSpan, AttemptTimeout = Timeout.InfiniteTimeSpan });
        using var caller = new CancellationTokenSource();

        Call(limited, caller.Token);
        Call(unlimited, caller.Token);
        Call(limited, caller.Token);

        Assert.Equal([_tokens[0], caller.Token, _tokens[0]], _tokens);
        Assert.NotEqual(caller.Token, _tokens[0]);
    });

    [Fact]
    public void A_kept_token_source_keeps_nothing_of_the_caller_or_the_host() => OnItsOwnThread(() =>
    {
        var (caller, loggers) = CallOnceAndForget();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.False(caller.IsAlive, "the caller's token source");
        Assert.False(loggers.IsAlive, "the host's loggers");
    });

    [Fact]
    public async Task Token_sources_of_a_burst_beyond_the_bound_are_disposed()
    {
        const int Burst = 3_000;
        using var client = OfAHost((_, token) =>
        {
            _tokens.Add(token);
            return _answer.Task;
        });
        var calls = Enumerable.Range(0, Burst).Select(_ => client.SendAsync(TimeoutWorld.Get(), default)).ToArray();
        Assert.Equal(Burst, _tokens.Distinct().Count());

        _answer.SetResult(new());
        await Task.WhenAll(calls);

        // 1,000 are kept beside the one of each thread; how many of these depends on what other tests take and leave meanwhile.
        Assert.InRange(_tokens.Count(IsDisposed), Burst - 2_000, Burst);
    }

    private static bool IsDisposed(CancellationToken token) => Record.Exception(() => token.WaitHandle) is ObjectDisposedException;

    private static void OnItsOwnThread(Action test) => Race.Together(threads: 1, _ => test());

    private static void Call(HttpMessageInvoker client, CancellationToken caller = default)
    {
        var call = client.SendAsync(TimeoutWorld.Get(), caller);
        Assert.True(call.IsCompleted);
        call.GetAwaiter().GetResult();
    }

    private FakeServer Server() => new((_, token) =>
    {
        _tokens.Add(token);
        return Task.FromResult(new HttpResponseMessage());
    });

    private HttpMessageInvoker OfAHost(
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>? answer = null,
        ResilientHttpClientOptions? options = null,
        ILoggerFactory? loggers = null,
        TimeProvider? clock = null,
        IMeterFactory? meters = null) =>
        new(
            ResilientHttpHandler.Create(
                "payments", options ?? new(), answer is null ? Server() : new FakeServer(answer), clock, loggers, meters));

    [Fact]
    public void A_listener_that_throws_at_a_timeout_leaves_the_request_its_own_content()
    {
        var clock = new VirtualTimeProvider();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = ThrowingAtTimeouts(meters);
        var options = new ResilientHttpClientOptions { AttemptTimeout = TimeSpan.FromSeconds(1) };
        using var client = OfAHost((_, token) =>
        {
            clock.Advance(options.AttemptTimeout);
            return Task.FromCanceled<HttpResponseMessage>(token);
        }, options, clock: clock, meters: meters);
        using var content = new StreamContent(new OneShotStream([1]));
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://payments.test/1") { Content = content };

        Assert.Throws<InvalidOperationException>(() => client.Send(request, CancellationToken.None));

        Assert.Same(content, request.Content);
    }

    private static MeterListener ThrowingAtTimeouts(IMeterFactory meters)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "resilience.http.timeouts" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException("a listener's"));
        listener.Start();
        return listener;
    }

    /// <summary>Not inlined, so that no register of the thread holds on to anything.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private (WeakReference Caller, WeakReference Loggers) CallOnceAndForget()
    {
        using var loggers = new LogLines();
        using var caller = new CancellationTokenSource();
        using var client = OfAHost(loggers: loggers);
        Call(client, caller.Token);
        return (new(caller), new(loggers));
    }
}
