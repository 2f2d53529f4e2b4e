using System.Net;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.ConcurrencyLimit;
using Resilience.Http.Pipeline;
using Resilience.Http.Retry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.ConcurrencyLimit;

/// <summary>The limit in the chain: what a send takes it gives back once, whatever becomes of it.</summary>
public sealed class ConcurrencyLimitHandlerTests : IDisposable
{
    private static readonly Uri Address = new("https://payments.internal/");

    private readonly VirtualTimeProvider _clock = new();
    private readonly PendingServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_send_beyond_the_limit_is_rejected_at_once_and_the_message_says_why()
    {
        using var client = Client(limit: 1);
        var first = client.Http.GetAsync(Address, Token);

        var rejected = await Assert.ThrowsAsync<LimitExceededException>(() => client.Http.GetAsync(Address, Token));

        Assert.Equal(
            "payments (https://payments.internal) was not called: 1 request is in flight and ConcurrencyLimit:Limit allows 1",
            rejected.Message);
        Assert.Equal((HttpLimit.Concurrency, "https://payments.internal", null), (rejected.Limit, rejected.Authority, rejected.RetryAfter));
        _server.Answer();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal((0, 1), (InFlight(client), _server.Received));
    }

    [Fact]
    public async Task With_Respond_a_rejection_is_a_503_that_names_the_limit()
    {
        using var client = Client(limit: 1, configure: options => options.ConcurrencyLimit.Rejection = HttpRejection.Respond);
        _ = client.Http.GetAsync(Address, Token);

        using var response = await client.Http.GetAsync(Address, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(["concurrency"], response.Headers.GetValues("Resilience-Rejected"));
    }

    [Fact]
    public async Task A_rejection_is_not_retried_costs_no_budget_and_the_circuit_ignores_it()
    {
        using var client = Client(limit: 1);
        _ = client.Http.GetAsync(Address, Token);
        var budget = RetryBudget.GetOrCreate(client.Service).Available(client.Service.Options.Retry.Budget);

        for (var i = 0; i < 50; i++)
        {
            await Assert.ThrowsAsync<LimitExceededException>(() => client.Http.GetAsync(Address, Token));
        }

        Assert.Equal(1, _server.Received);
        Assert.Equal(budget, RetryBudget.GetOrCreate(client.Service).Available(client.Service.Options.Retry.Budget));
        var circuit = Assert.Single(CircuitRegistry.GetOrCreate(client.Service.Host).GetAll());
        Assert.Equal((CircuitState.Closed, 0), (circuit.State, circuit.Throughput));
    }

    [Fact]
    public async Task A_send_that_the_circuit_refuses_gives_its_permit_back_and_is_not_a_sample()
    {
        using var client = Client(limit: 5, configure: options => options.ConcurrencyLimit.Mode = HttpConcurrencyLimitMode.Adaptive);
        CircuitRegistry.GetOrCreate(client.Service.Host).Isolate("payments", "for the test");

        for (var i = 0; i < 200; i++)
        {
            await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync(Address, Token));
        }

        Assert.Equal((0, 0), (InFlight(client), _server.Received));
        Assert.Equal(double.NaN, Limiter(client).Adaptive!.Baseline);
    }

    [Theory]
    [InlineData("answers")]
    [InlineData("times out")]
    [InlineData("is cancelled")]
    public async Task A_permit_is_released_however_its_send_ends(string end)
    {
        using var client = Client(limit: 1, configure: options => options.Retry.Enabled = false);
        using var caller = new CancellationTokenSource();
        var call = client.Http.GetAsync(Address, caller.Token);
        Assert.Equal(1, InFlight(client));

        switch (end)
        {
            case "answers":
                _server.Answer(HttpStatusCode.InternalServerError);
                break;
            case "times out":
                _clock.Advance(TimeSpan.FromSeconds(10));
                break;
            default:
                await caller.CancelAsync();
                break;
        }

        await Record.ExceptionAsync(() => call);
        Assert.Equal(0, InFlight(client));
    }

    [Fact]
    public async Task A_queued_send_goes_out_when_another_one_ends()
    {
        using var client = Client(limit: 1, queue: 1);
        var (first, second) = (client.Http.GetAsync(Address, Token), client.Http.GetAsync(Address, Token));
        await Assert.ThrowsAsync<LimitExceededException>(() => client.Http.GetAsync(Address, Token));
        Assert.Equal(1, _server.Received);

        _server.Answer();
        await first;
        await ReceivedAsync(2);
        _server.Answer();

        Assert.Equal(HttpStatusCode.OK, (await second).StatusCode);
        Assert.Equal(0, InFlight(client));
    }

    [Fact]
    public async Task The_wait_counts_towards_the_deadline_and_not_towards_the_attempt_timeout()
    {
        using var client = Client(limit: 1, queue: 1, configure: options =>
        {
            options.Retry.Enabled = false;
            options.AttemptTimeout = TimeSpan.FromSeconds(10);
            options.CircuitBreaker.SlowCallDuration = TimeSpan.FromSeconds(5);
            options.CircuitBreaker.MinimumThroughput = 1;
        });
        var (first, second) = (client.Http.GetAsync(Address, Token), client.Http.GetAsync(Address, Token));
        _clock.Advance(TimeSpan.FromSeconds(4));
        _server.Answer();
        await first;
        await ReceivedAsync(2);

        _clock.Advance(TimeSpan.FromSeconds(4)); // 8 since the call began, 4 since the attempt did
        _server.Answer();

        Assert.Equal(HttpStatusCode.OK, (await second).StatusCode);
        Assert.Equal(CircuitState.Closed, Assert.Single(CircuitRegistry.GetOrCreate(client.Service.Host).GetAll()).State);
    }

    [Fact]
    public async Task A_queued_send_whose_deadline_passes_times_out_and_was_never_sent()
    {
        using var client = Client(limit: 1, queue: 1, configure: options =>
        {
            options.TotalTimeout = TimeSpan.FromSeconds(3);
            options.AttemptTimeout = TimeSpan.FromSeconds(3);
        });
        var first = client.Http.GetAsync(Address, Token);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var second = client.Http.GetAsync(Address, Token);

        _clock.Advance(TimeSpan.FromSeconds(2));
        await Record.ExceptionAsync(() => first);
        _clock.Advance(TimeSpan.FromSeconds(1));

        var timedOut = await Assert.ThrowsAsync<RequestTimedOutException>(() => second);
        Assert.Equal(TimeoutScope.Total, timedOut.Scope);
        Assert.Equal(0, InFlight(client));
        Assert.True(Limiter(client).Permits.TryAcquire());
        Assert.False(Limiter(client).Permits.TryAcquire(), "It gave back a permit that it never had.");
    }

    [Fact]
    public async Task A_rejected_send_gives_back_nothing_that_an_earlier_call_held()
    {
        using var client = Client(limit: 2);
        var earlier = new[] { client.Http.GetAsync(Address, Token), client.Http.GetAsync(Address, Token) };
        _server.Answer();
        _server.Answer();
        await Task.WhenAll(earlier);
        Edit(client, options => options.ConcurrencyLimit.Limit = 1);
        _ = client.Http.GetAsync(Address, Token);

        await Assert.ThrowsAsync<LimitExceededException>(() => client.Http.GetAsync(Address, Token));

        Assert.Equal(1, InFlight(client));
    }

    [Fact]
    public async Task A_shutdown_ends_the_wait_by_its_own_deadline()
    {
        using var client = Client(limit: 1, queue: 1);
        var shutdown = client.Service.Host.Shutdown;
        shutdown.Expect();
        _ = client.Http.GetAsync(Address, Token);
        var queued = client.Http.GetAsync(Address, Token);

        shutdown.Begin(TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(4.4));
        Assert.False(queued.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        var timedOut = await Assert.ThrowsAsync<RequestTimedOutException>(() => queued);
        Assert.Equal(TimeoutScope.Shutdown, timedOut.Scope);
        Assert.Equal(1, _server.Received);
    }

    [Fact]
    public async Task A_queued_send_that_is_cancelled_ends_with_the_callers_token()
    {
        using var client = Client(limit: 1, queue: 1);
        using var caller = new CancellationTokenSource();
        _ = client.Http.GetAsync(Address, Token);
        var second = client.Http.GetAsync(Address, caller.Token);

        await caller.CancelAsync();

        var canceled = await Assert.ThrowsAsync<TaskCanceledException>(() => second);
        Assert.Equal(caller.Token, canceled.CancellationToken);
        Assert.Equal((1, 0), (InFlight(client), Limiter(client).Permits.Waiting));
    }

    [Fact]
    public async Task Queued_sends_end_when_the_app_is_disposed()
    {
        using var client = Client(limit: 1, queue: 1);
        _ = client.Http.GetAsync(Address, Token);
        var second = client.Http.GetAsync(Address, Token);

        client.Service.Host.End();

        var ended = await Assert.ThrowsAsync<LimitExceededException>(() => second);
        Assert.Equal(
            "payments (https://payments.internal) was not called: the app was disposed, so no request waits for a permit of the " +
            "concurrency limit any longer",
            ended.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_send_after_the_app_is_disposed_does_not_wait(bool limiterExists)
    {
        using var client = Client(limit: 1, queue: 1);
        if (limiterExists)
        {
            _ = client.Http.GetAsync(Address, Token);
        }

        client.Service.Host.End();
        _ = client.Http.GetAsync(Address, Token);

        var ended = await Assert.ThrowsAsync<LimitExceededException>(
            () => client.Http.GetAsync(Address, Token).WaitAsync(TimeSpan.FromSeconds(30), Token));
        Assert.Equal(
            "payments (https://payments.internal) was not called: the app was disposed, so no request waits for a permit of the " +
            "concurrency limit any longer",
            ended.Message);
        Assert.Equal(1, _server.Received);
    }

    [Fact]
    public void A_synchronous_send_waits_and_goes_out()
    {
        using var client = Client(limit: 1, queue: 1);
        var first = client.Http.GetAsync(Address, Token);
        HttpResponseMessage? response = null;
        var caller = new Thread(() => response = client.Http.Send(new(HttpMethod.Get, Address), Token));
        caller.Start();
        SpinWait.SpinUntil(() => Limiter(client).Permits.Waiting == 1, TimeSpan.FromSeconds(30));

        _server.Answer();
        SpinWait.SpinUntil(() => _server.Received == 2, TimeSpan.FromSeconds(30));
        _server.Answer();

        Assert.True(caller.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal((HttpStatusCode.OK, 0), (response!.StatusCode, InFlight(client)));
        Assert.True(first.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task An_edit_takes_effect_in_place_and_what_is_in_flight_stays_counted()
    {
        using var client = Client(limit: 1);
        _ = client.Http.GetAsync(Address, Token);

        Edit(client, options => options.ConcurrencyLimit.Limit = 2);
        _ = client.Http.GetAsync(Address, Token);
        Edit(client, options => options.ConcurrencyLimit.Limit = 1);

        await Assert.ThrowsAsync<LimitExceededException>(() => client.Http.GetAsync(Address, Token));
        Assert.Equal(2, InFlight(client));
        Edit(client, options => options.ConcurrencyLimit.Mode = HttpConcurrencyLimitMode.Adaptive);
        await Assert.ThrowsAsync<LimitExceededException>(() => client.Http.GetAsync(Address, Token));
        _server.Answer();
        _server.Answer();
        Assert.Equal(0, InFlight(client));
    }

    [Fact]
    public async Task A_raised_limit_lets_waiting_sends_through_although_nothing_else_is_sent()
    {
        using var client = Client(limit: 1, queue: 5);
        _ = client.Http.GetAsync(Address, Token);
        _ = client.Http.GetAsync(Address, Token);
        _ = client.Http.GetAsync(Address, Token);
        Assert.Equal(1, _server.Received);

        Edit(client, options => options.ConcurrencyLimit.Limit = 2);
        await ReceivedAsync(2);

        Edit(client, options => options.ConcurrencyLimit.Enabled = false);
        await ReceivedAsync(3);
    }

    [Fact]
    public async Task Each_authority_has_its_own_limit_or_all_share_one()
    {
        var other = new Uri("https://other.internal/");
        using var client = Client(limit: 1);
        _ = client.Http.GetAsync(Address, Token);
        _ = client.Http.GetAsync(other, Token);
        Assert.Equal(2, _server.Received);

        Edit(client, options => options.ConcurrencyLimit.Scope = HttpConcurrencyLimitScope.Service);
        _ = client.Http.GetAsync(Address, Token);

        var rejected = await Assert.ThrowsAsync<LimitExceededException>(() => client.Http.GetAsync(other, Token));
        Assert.Equal("*", rejected.Authority);
    }

    [Fact]
    public async Task Other_features_see_the_utilization_of_the_limit_and_that_it_is_full()
    {
        using var client = Client(limit: 2);
        var sources = AuthorityStatusSources.GetOrCreate(client.Service);
        Assert.Equal(0, sources.GetUtilization(Address));
        _ = client.Http.GetAsync(Address, Token);
        Assert.Equal((0.5, AdmissionState.Open), (sources.GetUtilization(Address), sources.GetAdmission(Address, 0).State));

        _ = client.Http.GetAsync(Address, Token);

        Assert.Equal((1, AdmissionState.Refused), (sources.GetUtilization(Address), sources.GetAdmission(Address, 0).State));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_limit_that_was_forgotten_between_two_sends_holds_again()
    {
        using var client = Client(limit: 1);
        var first = client.Http.GetAsync(Address, Token);
        _server.Answer();
        await first;
        Assert.True(ServiceLimiters.GetOrCreate(client.Service).TryForget("https://payments.internal"));

        for (var i = 0; i < 2; i++)
        {
            var sent = client.Http.GetAsync(Address, Token);
            Assert.Equal(1, InFlight(client)); // First: a send that is not rejected would wait forever.
            await Assert.ThrowsAsync<LimitExceededException>(() => client.Http.GetAsync(Address, Token));
            _server.Answer();
            await sent;
        }
    }

    [Fact]
    public async Task After_a_change_of_scope_the_authority_that_was_called_first_counts_with_the_others()
    {
        using var client = Client(limit: 1);
        var first = client.Http.GetAsync(Address, Token);
        _server.Answer();
        await first;

        Edit(client, static options => options.ConcurrencyLimit.Scope = HttpConcurrencyLimitScope.Service);
        _ = client.Http.GetAsync(Address, Token);

        Assert.Equal(1, InFlight(client)); // First: a send that is not rejected would wait forever.
        await Assert.ThrowsAsync<LimitExceededException>(() => client.Http.GetAsync(new Uri("https://orders.internal/"), Token));
    }

    [Fact]
    public async Task A_fallback_may_answer_a_rejection()
    {
        using var client = Client(limit: 1, configure: options => options.Fallback.StatusCode = (HttpStatusCode)418);
        _ = client.Http.GetAsync(Address, Token);

        using var response = await client.Http.GetAsync(Address, Token);

        Assert.Equal((HttpStatusCode)418, response.StatusCode);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static AuthorityLimiter Limiter(ChainClient client) => ServiceLimiters.GetOrCreate(client.Service).GetOrAdd(Address);

    private static int InFlight(ChainClient client) => Limiter(client).Permits.InFlight;

    private static void Edit(ChainClient client, Action<ResilientHttpClientOptions> edit)
    {
        var options = client.Service.Options.Copy();
        edit(options);
        client.Service.Use(options);
    }

    private ChainClient Client(int limit, int queue = 0, Action<ResilientHttpClientOptions>? configure = null) => new(
        _server,
        options =>
        {
            options.ConcurrencyLimit = new() { Enabled = true, Limit = limit, QueueLimit = queue };
            configure?.Invoke(options);
        },
        _clock);

    /// <summary>A granted send goes on on the pool.</summary>
    private async Task ReceivedAsync(int count)
    {
        for (var i = 0; i < 3_000 && _server.Received < count; i++)
        {
            await Task.Delay(10, Token);
        }

        Assert.Equal(count, _server.Received);
    }
}
