using Resilience.Http.Chaos.Faults;

namespace Resilience.Http.Chaos.Injection;

/// <summary>The faults of options in words, a text for each client that has any: <c>payments: abort (reset) on 5 %</c>.</summary>
internal static class FaultSummary
{
    public static IEnumerable<string> For(HttpChaosOptions options) =>
        from client in options.Clients.Append(new("all clients", options.Everyone ?? new()))
        let plan = FaultPlan.From(client.Value)
        where plan is not null
        select $"{client.Key}: {plan}";
}
