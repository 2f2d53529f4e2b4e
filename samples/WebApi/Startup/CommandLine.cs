namespace WebApi.Startup;

/// <summary>What the sample was asked to do, and the settings given along with it.</summary>
internal sealed record CommandLine(bool Demo, bool Help, string[] Settings)
{
    public const string Usage = """
        dotnet run --project samples/WebApi [-- options]

          --demo         drive steady traffic through an outage of payments for 20 seconds, show it, and check that the sums agree
          --experiment FILE [--journal FILE]
                         run a chaos experiment against the sample, show it, and exit with 0 only if its hypothesis held;
                         there are payments-outage.json, inventory-slow.json and recommendations-flaky.json in experiments/
          --port N       the API listens on N and the services behind it on the next three; 0 takes free ones (5080 to 5083)
          --key=value    any setting of appsettings.json, for instance
                         --ResilientHttpClients:Clients:payments:CircuitBreaker:Enabled=false
          --help         this text
        """;

    private static readonly string[] Switches = ["--demo", "--help"];

    /// <summary>The file of a chaos experiment to run.</summary>
    public string? Experiment => ValueOf("--experiment");

    /// <summary>Where the journal of the experiment goes; <see langword="null"/> for nowhere.</summary>
    public string? Journal => ValueOf("--journal");

    /// <summary>The demo has shorter times, in appsettings.Demo.json; faults are injected in Development only; else the host decides.</summary>
    public string? Environment => this switch
    {
        { Demo: true } => "Demo",
        { Experiment: not null } => Environments.Development,
        _ => null,
    };

    public static CommandLine Read(string[] args)
    {
        string[] settings = [.. args.Where(arg => !Switches.Contains(arg))];
        for (var i = 0; i < settings.Length; i++)
        {
            var takesNext = !settings[i].Contains('=', StringComparison.Ordinal);
            if (!settings[i].StartsWith("--", StringComparison.Ordinal) || (takesNext && (i + 1 == settings.Length || settings[i + 1].StartsWith("--", StringComparison.Ordinal))))
            {
                throw new StartupException($"'{settings[i]}' is no option of the sample.{System.Environment.NewLine}{System.Environment.NewLine}{Usage}");
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
