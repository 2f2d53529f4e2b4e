using Resilience.Http.Chain;
using Resilience.Http.ClientSettings;
using Resilience.Http.Settings;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// The settings in force with their origin, found again when somebody asks: the layers of configuration are read once more, and a value
/// that is neither theirs nor the default is from code.
/// </summary>
internal sealed class SettingOrigins(OptionsStore store, ServiceStateStore services)
{
    public const string Default = "default";
    public const string Code = "code";

    /// <summary>A response body is content, not a setting to show.</summary>
    private static readonly string Content = $"{nameof(ResilientHttpClientOptions.Fallback)}:{nameof(HttpFallbackOptions.Content)}";

    public IReadOnlyList<ServiceSetting> Of(string serviceName)
    {
        if (services.Find(serviceName) is not { } service)
        {
            return [];
        }

        var keys = ResilientHttpClientOptionsKeys.Keys;
        var read = new OptionsReadResult(serviceName);
        var configured = new ResilientHttpClientOptions();
        var sections = store.Sections();
        foreach (var section in new[] { sections.Defaults, sections.Of(serviceName) }.OfType<ConfigurationNode>())
        {
            keys.Read(section, configured, prefix: "", read);
        }

        var defaults = keys.Rows(new ResilientHttpClientOptions()).ToDictionary(static row => row.Key, static row => row.Value);
        return
        [
            .. from row in keys.Rows(service.Options)
               let value = row.Value ?? "none"
               let origin = read.PathOf(row.Key, value) ?? (value == (defaults[row.Key] ?? "none") ? Default : Code)
               select new ServiceSetting(row.Key, row.Key == Content ? Redact(value) : OptionsReadResult.Shorten(value), origin),
        ];
    }

    private static string Redact(string value) => value == "none" ? value : "set";
}
