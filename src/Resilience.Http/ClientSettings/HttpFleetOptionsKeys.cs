using Resilience.Http.Settings;

namespace Resilience.Http.ClientSettings;

internal static class HttpFleetOptionsKeys
{
    public static readonly OptionsSchema<HttpFleetOptions> Keys = new OptionsSchema<HttpFleetOptions>()
        .Key(nameof(HttpFleetOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Whether all replicas of the app share the circuits of this client. Needs the package Resilience.Http.Fleet.")
        .Key(nameof(HttpFleetOptions.Quorum), o => o.Quorum, (o, value) => o.Quorum = value, new NumberFormat(0, 0.99),
            "If more than this share of the replicas with recent traffic hold a circuit open, it opens for the others too.")
        .Key(
            nameof(HttpFleetOptions.MinReplicas),
            o => o.MinReplicas,
            (o, value) => o.MinReplicas = value,
            new IntegerFormat(1, 10_000),
            "How many replicas at least must hold a circuit open before it opens for the others.");
}
