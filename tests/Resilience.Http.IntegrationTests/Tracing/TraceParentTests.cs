using System.Diagnostics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OutageDemo.Downstreams;
using Resilience.Http.IntegrationTests.Support;

namespace Resilience.Http.IntegrationTests.Tracing;

/// <summary>What the service gets to see of the caller's trace.</summary>
public sealed class TraceParentTests
{
    public static TheoryData<HttpProtocols> Protocols => Support.Protocols.Both;

    [Theory, MemberData(nameof(Protocols))]
    public async Task Every_attempt_carries_the_callers_trace_id_and_a_parent_of_its_own(HttpProtocols protocol)
    {
        var draws = new Queue<double>([0, 0, 1]);
        var arrivals = new List<Arrival>();
        await using var service = await TestService.StartAsync(protocol, chance: draws.Dequeue);
        service.Arrivals.Arrived += arrivals.Add;
        await service.SwitchAsync(Fault.Flaky);
        using var chain = ResilientHttpHandler.Create("things", new() { Retry = { BaseDelay = TimeSpan.Zero } });
        using var client = protocol.CreateClient(service.Address, chain);

        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var response = await client.GetAsync("things");

        Assert.True(response.IsSuccessStatusCode);
        var parents = arrivals.ConvertAll(arrival => ActivityContext.Parse(arrival.TraceParent!, null));
        Assert.Equal(3, parents.Count);
        Assert.All(parents, parent => Assert.Equal(caller.TraceId, parent.TraceId));
        Assert.Equal(3, parents.Select(parent => parent.SpanId).Distinct().Count());
        Assert.DoesNotContain(caller.SpanId, parents.Select(parent => parent.SpanId));
    }
}
