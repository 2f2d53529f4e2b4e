using Microsoft.Extensions.Options;
using Resilience.Http.Fleet;
using Resilience.Http.Settings;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// Tells every mistake in a client's settings: those found while configuration was read, and those in the values in force, whoever set
/// them.
/// </summary>
internal sealed class ClientOptionsValidator(ClientRegistrations registrations) : IValidateOptions<ResilientHttpClientOptions>
{
    public ValidateOptionsResult Validate(string? name, ResilientHttpClientOptions options)
    {
        var reading = options.Reading ?? new OptionsReadResult(ServiceText.Format(name ?? Options.DefaultName));
        ResilientHttpClientOptionsKeys.Keys.Check(options, prefix: "", reading);
        if (options.Fleet is { Enabled: true } && !registrations.HasFleet)
        {
            reading.AddError(FleetText.Missing(ServiceText.Format(name ?? Options.DefaultName)));
        }

        return reading.Mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(reading.Mistakes);
    }
}
