using Resilience.Http.Chaos.Gates;
using Resilience.Http.Chaos.Settings;
using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Registration;

/// <summary>
/// Puts the layers together (code defaults, the section, the plain variables, actions in code) and finds every mistake in what comes of
/// them.
/// </summary>
internal sealed class ChaosChecks(ChaosRegistrations registrations, ChaosEnvironment environment)
{
    /// <summary>Where faults for all clients are set: no path of configuration leads there.</summary>
    private const string Defaults = "AddChaos in ConfigureHttpClientDefaults";

    public CheckedChaos Check(ChaosSections sections)
    {
        var options = new HttpChaosOptions();
        var reading = new OptionsReadResult(ChaosSections.RootKey);
        sections.Read(options, reading);
        var ofVariables = LikelySharesOfEveryone(options); // CHAOS_FAILURE_RATE is a share, and was taken for one
        foreach (var action in registrations.Actions)
        {
            action(options);
        }

        HttpChaosOptionsKeys.Keys.Check(options, prefix: "", reading);
        foreach (var (client, faults) in options.Clients)
        {
            FaultRules.Check(faults, $"{ChaosSections.RootKey}:Clients:{client}", reading);
        }

        var defaults = new OptionsReadResult(Defaults); // the plain variables end up there too, and were checked when they were read
        if (options.Everyone is { } everyone)
        {
            HttpChaosClientOptionsKeys.Keys.Check(everyone, prefix: "", defaults);
            FaultRules.Check(everyone, Defaults, defaults);
        }

        CheckGates(options, reading);
        return new CheckedChaos(
            options,
            [.. reading.Mistakes, .. defaults.Mistakes],
            [
                .. options.Clients.SelectMany(
                    static client => FaultRules.LikelyShares(client.Value, $"{ChaosSections.RootKey}:Clients:{client.Key}")),
                .. LikelySharesOfEveryone(options).Except(ofVariables),
            ]);
    }

    private static IReadOnlyList<(string Path, double Percentage)> LikelySharesOfEveryone(HttpChaosOptions options) =>
        options.Everyone is { } everyone ? [.. FaultRules.LikelyShares(everyone, Defaults)] : [];

    private void CheckGates(HttpChaosOptions options, OptionsReadResult reading)
    {
        // A gate that stays closed asks for nothing: settings that travel with the app must not stop it in Production.
        if (options is { Enabled: true, Until: null }
            && ChaosGates.NeedsUntil(environment.Name)
            && ChaosGates.Allows(options, environment.Name))
        {
            reading.AddError(
                $"{ChaosSections.RootKey}:Until is not set, and the environment is {environment.Name}; outside Development, faults need " +
                $"an end, such as 2026-07-01T17:00:00Z");
        }
    }
}
