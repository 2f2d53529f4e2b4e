using System.Diagnostics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Resilience.Http.IntegrationTests.Support;

namespace Resilience.Http.IntegrationTests.Tracing;

public sealed class InstrumentationTests
{
    public static TheoryData<Instrumentation> Ways => [.. Enum.GetValues<Instrumentation>()];

    [Theory, MemberData(nameof(Ways))]
    public async Task Spans_and_metrics_reach_the_providers_however_they_were_asked_for(Instrumentation way)
    {
        await using var service = await TestService.StartAsync(HttpProtocols.Http1);
        using var host = await HostWithTelemetry.StartAsync(service.Address, way);
        using var caller = new Activity("caller") { ActivityTraceFlags = ActivityTraceFlags.Recorded }
            .SetIdFormat(ActivityIdFormat.W3C)
            .Start();

        await host.GetAsync(1);

        Assert.Equal([null], host.ResendsIn(caller.TraceId));
        Assert.Equal(1, host.Count("resilience.http.call.duration"));
    }
}
