using Resilience.Http.Settings;

namespace Resilience.Http.Tracing;

internal static class HttpTracingOptionsKeys
{
    public static readonly OptionsSchema<HttpTracingOptions> Keys = new OptionsSchema<HttpTracingOptions>()
        .Key(nameof(HttpTracingOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Whether a call has a span of its own, the parent of all its attempts.");
}
