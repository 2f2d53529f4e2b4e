using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>What the settings of one client's faults must say together.</summary>
internal static class FaultRules
{
    /// <param name="faults">The faults.</param>
    /// <param name="path">Where they stand in configuration.</param>
    /// <param name="reading">Gets the mistakes.</param>
    public static void Check(HttpChaosClientOptions faults, string path, OptionsReadResult reading)
    {
        if (faults.Latency is { } latency && IsRead("Latency", path, reading))
        {
            CheckPercentage(latency.PercentageIsSet, "Latency", path, reading);
            if (latency is { Percentage: > 0 } && latency.Max <= TimeSpan.Zero)
            {
                reading.AddError($"{path}:Latency has a Percentage but no duration; set Max, and Min if the delays should vary");
            }
        }

        if (faults.Abort is { } abort && IsRead("Abort", path, reading))
        {
            CheckPercentage(abort.PercentageIsSet, "Abort", path, reading);
            CheckKind(abort, path, reading);
        }

        if (faults.SlowBody is { } slow && IsRead("SlowBody", path, reading))
        {
            CheckPercentage(slow.PercentageIsSet, "SlowBody", path, reading);
            if (slow is { Percentage: > 0, BytesPerSecond: 0 })
            {
                reading.AddError($"{path}:SlowBody has a Percentage but no rate; set BytesPerSecond, 1 to 1000000000");
            }
        }
    }

    /// <summary>Percentages that are probably meant as a share. Not an error, since 0.5 % of calls can be meant.</summary>
    public static IEnumerable<(string Path, double Percentage)> LikelyShares(HttpChaosClientOptions faults, string path)
    {
        (string Path, double Percentage)[] all =
        [
            ($"{path}:Latency:Percentage", faults.Latency?.Percentage ?? 0),
            ($"{path}:Abort:Percentage", faults.Abort?.Percentage ?? 0),
            ($"{path}:SlowBody:Percentage", faults.SlowBody?.Percentage ?? 0),
        ];
        return all.Where(static fault => fault.Percentage is > 0 and < 1);
    }

    /// <summary>Whether a fault was read without a mistake. If not, what seems to be missing was there, and wrong.</summary>
    private static bool IsRead(string fault, string path, OptionsReadResult reading) => !reading.HasErrorAt($"{path}:{fault}");

    private static void CheckKind(HttpChaosAbortOptions abort, string path, OptionsReadResult reading)
    {
        (string Name, bool Set)[] all =
        [
            (nameof(abort.StatusCode), abort.StatusCode is not null),
            (nameof(abort.Exception), abort.Exception is not null),
            (nameof(abort.Reset), abort.Reset),
            (nameof(abort.ConnectionRefused), abort.ConnectionRefused),
            (nameof(abort.Hang), abort.Hang),
        ];
        string[] kinds = [.. all.Where(static kind => kind.Set).Select(static kind => kind.Name)];
        if (kinds.Length > 1)
        {
            reading.AddError($"{path}:Abort sets {string.Join(" and ", kinds)}; set only one of them");
        }

        if (kinds.Length == 0 && abort.Percentage > 0)
        {
            reading.AddError(
                $"{path}:Abort has a Percentage but no kind; set one of StatusCode, Exception, Reset, ConnectionRefused and Hang");
        }
    }

    /// <summary>A fault without a percentage would never be injected, which is never meant; an explicit 0 turns it off.</summary>
    private static void CheckPercentage(bool isSet, string fault, string path, OptionsReadResult reading)
    {
        if (!isSet)
        {
            reading.AddError($"{path}:{fault} has no Percentage; set it, 0 to 100; 0 turns the fault off");
        }
    }
}
