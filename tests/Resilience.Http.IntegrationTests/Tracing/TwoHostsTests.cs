using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OutageDemo.Downstreams;
using Resilience.Http.IntegrationTests.Support;

namespace Resilience.Http.IntegrationTests.Tracing;

/// <summary>
/// Two hosts in one process, each with the same client name, the same service and an OpenTelemetry SDK of its own. Meters, circuits and
/// health are a host's own. Sources of spans are the process's, in .NET as such: a provider that asks for one by its name hears all hosts,
/// so there it is the traces that must not mix.
/// </summary>
public sealed class TwoHostsTests : IAsyncLifetime
{
    private TestService _service = null!;
    private HostWithTelemetry _one = null!;
    private HostWithTelemetry _other = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await TestService.StartAsync(HttpProtocols.Http1);
        _one = await HostWithTelemetry.StartAsync(_service.Address);
        _other = await HostWithTelemetry.StartAsync(_service.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _one.Dispose();
        _other.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Calls_of_one_host_are_not_measured_by_the_other()
    {
        await _one.GetAsync(3);
        await _other.GetAsync(1);

        Assert.Equal((3, 1), (_one.Count("resilience.http.call.duration"), _other.Count("resilience.http.call.duration")));
    }

    [Fact]
    public async Task Failures_refusals_and_transitions_are_counted_where_they_happened()
    {
        await _service.SwitchAsync(Fault.Down);

        await _one.GetAsync(3); // two failures open the circuit, the third call is refused
        await _other.GetAsync(1);

        Assert.Equal((2, 1), (_one.Count("circuit_breaker.failures"), _other.Count("circuit_breaker.failures")));
        Assert.Equal((1, 0), (_one.Count("circuit_breaker.rejections"), _other.Count("circuit_breaker.rejections")));
        Assert.Equal((1, 0), (_one.Count("circuit_breaker.transitions"), _other.Count("circuit_breaker.transitions")));
    }

    [Fact]
    public async Task A_circuit_that_one_host_opened_stays_closed_in_the_other_host()
    {
        await _service.SwitchAsync(Fault.Down);

        await _one.GetAsync(2);
        await _other.GetAsync(1);

        Assert.Equal((CircuitState.Open, CircuitState.Closed), (_one.Circuit.State, _other.Circuit.State));
        Assert.Equal(("open", "closed"), (_one.StateInMetrics(), _other.StateInMetrics()));
        Assert.Equal((HealthStatus.Degraded, HealthStatus.Healthy), (await _one.HealthAsync(), await _other.HealthAsync()));
    }

    [Fact]
    public async Task A_circuit_that_is_isolated_in_one_host_lets_calls_of_the_other_through()
    {
        _one.Circuits.Isolate(HostWithTelemetry.Client, "maintenance");

        Assert.Equal([CircuitState.Isolated], await _one.GetAsync(1));
        Assert.Equal([null], await _other.GetAsync(1));
    }

    [Fact]
    public async Task Transitions_are_published_to_the_subscribers_of_their_own_host()
    {
        var told = new TaskCompletionSource<CircuitTransition>(TaskCreationOptions.RunContinuationsAsynchronously);
        var toldToTheOther = new ConcurrentQueue<CircuitTransition>();
        _one.Circuits.Transitioned += told.SetResult;
        _other.Circuits.Transitioned += toldToTheOther.Enqueue;

        _one.Circuits.Isolate(HostWithTelemetry.Client, "maintenance");

        Assert.Equal(CircuitState.Isolated, (await told.Task).To);
        Assert.Empty(toldToTheOther);
    }

    [Fact]
    public async Task Concurrent_calls_keep_their_attempts_and_counts_in_their_own_trace()
    {
        await _service.SwitchAsync(Fault.Down);
        using var bothAreReady = new Barrier(2);

        var traces = await Task.WhenAll(
            Task.Run(() => TraceOfACallAsync(_one, static request => request)),
            Task.Run(() => TraceOfACallAsync(_other, static request => request.NoRetry())));

        Assert.All([_one, _other], app =>
        {
            Assert.Equal([null, 1], app.ResendsIn(traces[0]));
            Assert.Equal([null], app.ResendsIn(traces[1]));
        });

        async Task<ActivityTraceId> TraceOfACallAsync(HostWithTelemetry app, Func<HttpRequestMessage, HttpRequestMessage> change)
        {
            using var caller = new Activity("caller") { ActivityTraceFlags = ActivityTraceFlags.Recorded }
                .SetIdFormat(ActivityIdFormat.W3C)
                .Start();
            bothAreReady.SignalAndWait();
            await app.SendAsync(change(new HttpRequestMessage(HttpMethod.Get, "things")));
            return caller.TraceId;
        }
    }
}
