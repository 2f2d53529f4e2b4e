using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Loop;

/// <summary>Calls as production has them: clients of the factory, many callers, real sockets, the OpenTelemetry SDK.</summary>
internal static class LoopScenarios
{
    private static readonly Contender[] Registered = [
        Clients.BareRegistered, Clients.PollyRegistered, Clients.MehrRegistered, Clients.OursRegistered
    ];

    private static readonly Contender[] WithMinimal = [
        Clients.BareRegistered, Audiences.MinimalRegistered, Clients.PollyRegistered, Clients.MehrRegistered, Clients.OursRegistered
    ];

    public static readonly Scenario AsRegistered = new(Case.AsynchronousThroughFactory, 64, Registered);

    public static readonly Scenario Heard = new(
        Case.Synchronous with { Name = "200, synchronous, spans and metrics heard" },
        1,
        Clients.Bare,
        Audiences.Minimal,
        Audiences.Unheard,
        Audiences.MinimalAroundChain,
        Audiences.SpansAndMetrics);

    public static Scenario OverSockets(Uri server) => new(Case.AsRegistered(server), 32, Registered);

    public static Scenario WithOpenTelemetry(Uri server) => new(
        Case.AsRegistered(server) with { Name = "OpenTelemetry SDK: as registered, loopback Kestrel in a process of its own" },
        32,
        [.. WithMinimal.Select(static contender => contender with { Audience = TelemetryListeners.OpenTelemetry })]);
}
