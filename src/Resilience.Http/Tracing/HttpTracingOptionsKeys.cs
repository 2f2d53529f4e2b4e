using Resilience.Http.Settings;

namespace Resilience.Http.Tracing;

internal static class HttpTracingOptionsKeys
{
    public static readonly OptionKeys<HttpTracingOptions> Keys = new OptionKeys<HttpTracingOptions>()
        .Key(nameof(HttpTracingOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, FlagKind.Instance,
            "Whether a call has a span of its own, the parent of all its attempts.");
}
