using Microsoft.Extensions.Configuration;
using Resilience.Http.Chaos.Settings;
using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Registration;

/// <summary>
/// What configuration says about chaos at one moment: the section, and under it the three plain variables for all clients.
/// </summary>
internal sealed class ChaosSections
{
    public const string RootKey = "ResilientHttpChaos";
    public const string EnabledVariable = "CHAOS_ENABLED";
    public const string FailureRateVariable = "CHAOS_FAILURE_RATE";
    public const string LatencyVariable = "CHAOS_LATENCY_MS";

    private static readonly NumberFormat Rate = new(0, 1);
    private static readonly IntegerFormat Milliseconds = new(0, (int)DurationFormat.Longest.TotalMilliseconds);

    private readonly ConfigurationNode? _root;
    private readonly ConfigurationNode? _enabled;
    private readonly ConfigurationNode? _failureRate;
    private readonly ConfigurationNode? _latency;

    public ChaosSections(IConfiguration? configuration)
    {
        _root = ConfigurationNode.Read(configuration?.GetSection(RootKey), configuration as IConfigurationRoot);
        _enabled = ConfigurationNode.Read(configuration?.GetSection(EnabledVariable));
        _failureRate = ConfigurationNode.Read(configuration?.GetSection(FailureRateVariable));
        _latency = ConfigurationNode.Read(configuration?.GetSection(LatencyVariable));
    }

    public void Read(HttpChaosOptions options, OptionsReadResult reading)
    {
        if (_root is not null)
        {
            HttpChaosOptionsKeys.Keys.Read(_root, options, prefix: "", reading);
        }

        if (Value(_enabled, BooleanFormat.Instance, reading) is { } enabled)
        {
            options.Enabled = enabled;
        }

        var everyone = new HttpChaosClientOptions();
        if (Value(_failureRate, Rate, reading) is { } rate and > 0)
        {
            everyone.Abort = new() { StatusCode = System.Net.HttpStatusCode.ServiceUnavailable, Percentage = rate * 100 };
        }

        if (Value(_latency, Milliseconds, reading) is { } longest and > 0)
        {
            everyone.Latency = new() { Max = TimeSpan.FromMilliseconds(longest), Percentage = 100 };
        }

        options.Everyone = everyone is { Abort: null, Latency: null } ? null : everyone;
    }

    public bool SaysTheSameAs(ChaosSections other) =>
        ConfigurationNode.Same(_root, other._root)
        && ConfigurationNode.Same(_enabled, other._enabled)
        && ConfigurationNode.Same(_failureRate, other._failureRate)
        && ConfigurationNode.Same(_latency, other._latency);

    private static TValue? Value<TValue>(ConfigurationNode? node, ValueFormat<TValue> format, OptionsReadResult reading)
        where TValue : struct
    {
        if (node?.Text is not { } text)
        {
            return null;
        }

        if (format.Parse(text, out var value) is not { } wrong)
        {
            return value;
        }

        reading.AddError($"{OptionsReadResult.Quote(node)} {wrong}; allowed: {format.Allowed}");
        return null;
    }
}
