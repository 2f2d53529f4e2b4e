using Microsoft.Extensions.Options;
using Resilience.Http.ClientSettings;
using Resilience.Http.Fleet;
using Resilience.Http.Settings;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// Finds every mistake in a client's settings: those found while configuration was read, and those in the values in force, whatever set
/// them.
/// </summary>
internal sealed class ClientOptionsValidator(ClientRegistrations registrations) : IValidateOptions<ResilientHttpClientOptions>
{
    public ValidateOptionsResult Validate(string? name, ResilientHttpClientOptions options)
    {
        var reading = options.Reading ?? new OptionsReadResult(ServiceText.Format(name ?? Options.DefaultName));
        ResilientHttpClientOptionsKeys.Keys.Check(options, prefix: "", reading);
        if (!registrations.HasFleet)
        {
            CheckWithoutFleet(ServiceText.Format(name ?? Options.DefaultName), options, reading);
        }

        return reading.Mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(reading.Mistakes);
    }

    private static void CheckWithoutFleet(string service, ResilientHttpClientOptions options, OptionsReadResult reading)
    {
        if (options.Fleet is { Enabled: true })
        {
            reading.AddError(FleetText.Missing(service));
        }

        if (options.RateLimit is { Enabled: true, Scope: HttpRateLimitScope.Fleet })
        {
            reading.AddError(FleetText.MissingForRate(service));
        }
    }
}
