using Resilience.Http.Settings;

namespace Resilience.Http.ClientSettings;

internal static class HttpTracingOptionsKeys
{
    public static readonly OptionsSchema<HttpTracingOptions> Keys = new OptionsSchema<HttpTracingOptions>()
        .Key(nameof(HttpTracingOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Whether each call has its own span, the parent of the spans of its attempts.");
}
