using Microsoft.AspNetCore.Server.Kestrel.Core;
using OutageDemo.Downstreams;
using Resilience.Http.IntegrationTests.Support;
using Resilience.Http.Testing;

namespace Resilience.Http.IntegrationTests.Faults;

/// <summary>
/// The faults that only a time limit ends, and what the circuit makes of each: one failure opens it here, a success or nothing at all
/// leaves it closed.
/// </summary>
public sealed class FaultsThroughTheChainTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly VirtualTimeProvider _clock = new();

    public static TheoryData<HttpProtocols> Protocols => Support.Protocols.Both;

    public static TheoryData<Fault, HttpProtocols> Failing => new MatrixTheoryData<Fault, HttpProtocols>(
        [Fault.Down, Fault.Stopped, Fault.Reset], [HttpProtocols.Http1, HttpProtocols.Http2]);

    [Theory, MemberData(nameof(Failing))]
    public async Task A_failing_service_opens_its_circuit(Fault fault, HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol, fault);
        using var chain = Chain();
        using var client = protocol.CreateClient(service.Address, chain);

        await Attempt.GetAsync(client);

        Assert.Equal(CircuitState.Open, StateOf(chain));
        var refusal = await Assert.ThrowsAsync<CircuitOpenException>(() => client.GetAsync("things"));
        Assert.Contains(service.Address.Authority, refusal.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task A_throttled_call_does_not_open_the_circuit(HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol, Fault.Throttled);
        using var chain = Chain();
        using var client = protocol.CreateClient(service.Address, chain);

        Assert.Equal("429", (await Attempt.GetAsync(client)).Outcome);

        Assert.Equal(CircuitState.Closed, StateOf(chain));
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task A_hang_ends_with_the_attempt_timeout_and_opens_the_circuit(HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol, Fault.Hang);
        using var chain = Chain();
        using var client = protocol.CreateClient(service.Address, chain);
        var arrival = service.NextArrivalAsync();

        var call = client.GetAsync("things");
        await arrival;
        _clock.Advance(Limit - TimeSpan.FromTicks(1));
        Assert.False(call.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));

        var timeout = await Assert.ThrowsAsync<RequestTimedOutException>(() => call);
        Assert.Equal((TimeoutScope.Attempt, Limit), (timeout.Scope, timeout.Timeout));
        Assert.Equal(CircuitState.Open, StateOf(chain));
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task A_hang_that_the_caller_cancels_does_not_count_against_the_service(HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol, Fault.Hang);
        using var chain = Chain();
        using var client = protocol.CreateClient(service.Address, chain);
        using var caller = new CancellationTokenSource();
        var arrival = service.NextArrivalAsync();

        var call = client.GetAsync("things", caller.Token);
        await arrival;
        await caller.CancelAsync();

        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.IsNotType<RequestTimedOutException>(canceled);
        Assert.Equal(caller.Token, canceled.CancellationToken);
        Assert.Equal(CircuitState.Closed, StateOf(chain));
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task A_stalled_body_ends_with_its_idle_timeout_and_belongs_to_the_caller(HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol, Fault.Stall);
        using var chain = Chain();
        using var client = protocol.CreateClient(service.Address, chain);

        using var response = await client.GetAsync("things", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[100];
        await body.ReadExactlyAsync(buffer.AsMemory(0, 5));
        var more = body.ReadAsync(buffer).AsTask();
        _clock.Advance(Limit);

        var timeout = await Assert.ThrowsAsync<RequestTimedOutException>(() => more);
        Assert.Equal(TimeoutScope.Body, timeout.Scope);
        Assert.Equal(CircuitState.Closed, StateOf(chain));
    }

    private static CircuitState? StateOf(ResilientHttpHandler chain) => chain.Circuits.Find("things")?.State;

    private ResilientHttpHandler Chain() => ResilientHttpHandler.Create(
        "things",
        new ResilientHttpClientOptions
        {
            AttemptTimeout = Limit,
            BodyIdleTimeout = Limit,
            Retry = { Enabled = false },
            CircuitBreaker = { FailureThreshold = 1 },
        },
        timeProvider: _clock);
}
