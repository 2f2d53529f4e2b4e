namespace OutageDemo.Startup;

/// <summary>The options of the sample, and the settings given with them.</summary>
internal sealed record CommandLine(bool Demo, bool Help, string[] Settings)
{
    public const string Usage = """
        dotnet run --project samples/WebApi [-- options]

          --demo         play an outage and a slow spell of payments for 25 seconds, and check that no order is lost
          --replicas N   start N replicas of the API, 3 to 9, that share what they learn, and play an outage and a cut network for them
          --experiment FILE [--journal FILE]
                         run a chaos experiment, and exit with 0 only if its hypothesis held (65: the file cannot be run):
                         experiments/payments-outage.json, inventory-slow.json or recommendations-flaky.json
          --port N       the API listens on N, the services that it calls on the next three; 0 takes free ports (default: 5080 to 5083)
          --key=value    any setting of appsettings.json, for instance
                         --ResilientHttpClients:Clients:payments:CircuitBreaker:Enabled=false
          --help         this text
        """;

    private static readonly string[] Switches = ["--demo", "--help"];

    /// <summary>The file of the chaos experiment to run.</summary>
    public string? Experiment => ValueOf("--experiment");

    /// <summary>The file for the journal of the experiment; <see langword="null"/> for none.</summary>
    public string? Journal => ValueOf("--journal");

    /// <summary>How many replicas to play an outage for; <see langword="null"/> for none.</summary>
    public int? Replicas => ValueOf("--replicas") switch
    {
        null => null,
        [>= '3' and <= '9'] digit => digit[0] - '0',
        var text => throw new StartupException($"--replicas {text} is not valid: give a number from 3 to 9."),
    };

    /// <summary>appsettings.Demo.json has the demo's shorter timeouts. Experiments inject faults, which Development allows.</summary>
    public string? Environment => this switch
    {
        { Demo: true } or { Replicas: not null } => "Demo",
        { Experiment: not null } => Environments.Development,
        _ => null,
    };

    public static CommandLine Read(string[] args)
    {
        string[] settings = [.. args.Where(arg => !Switches.Contains(arg))];
        for (var i = 0; i < settings.Length; i++)
        {
            var takesNext = !settings[i].Contains('=', StringComparison.Ordinal);
            if (!settings[i].StartsWith("--", StringComparison.Ordinal)
                || (takesNext && (i + 1 == settings.Length || settings[i + 1].StartsWith("--", StringComparison.Ordinal))))
            {
                throw new StartupException(
                    $"'{settings[i]}' is not a known option.{System.Environment.NewLine}{System.Environment.NewLine}{Usage}");
            }

            i += takesNext ? 1 : 0;
        }

        return new(args.Contains("--demo"), args.Contains("--help"), settings);
    }

    private string? ValueOf(string option)
    {
        var at = Array.FindIndex(Settings, setting => setting == option || setting.StartsWith(option + "=", StringComparison.Ordinal));
        return at < 0 ? null : Settings[at] == option ? Settings[at + 1] : Settings[at][(option.Length + 1)..];
    }
}
