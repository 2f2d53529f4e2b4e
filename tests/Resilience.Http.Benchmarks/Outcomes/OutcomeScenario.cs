using Resilience.Http.Benchmarks.Outcomes.Clients;
using Resilience.Http.Benchmarks.Outcomes.Servers;

namespace Resilience.Http.Benchmarks.Outcomes;

/// <summary>One situation at one rate: how the servers are laid out, what goes wrong when, and who is measured.</summary>
internal sealed record OutcomeScenario(string Kind, string Title, int Rate, ServiceShape Service)
{
    /// <summary>The length of a run. Shorter runs scale all that happens in it.</summary>
    public int Seconds { get; init; } = 120;

    /// <summary>How long a call may take to count as answered in time, in seconds.</summary>
    public double Limit { get; init; } = 10;

    /// <summary>When the trouble begins, in seconds; 0 if it was there before the first call.</summary>
    public double Onset { get; init; } = OutcomeScenarios.Onset;

    public IReadOnlyList<Step> Steps { get; init; } = [];

    /// <summary>What a client of ours must reach in it; without goals if the scenario is only shown.</summary>
    public OutcomeGoals Goals { get; init; } = new();

    public IReadOnlyList<OutcomeContender> Contenders { get; init; } = OutcomeContender.Defaults;

    /// <summary>
    /// Whether contenders run one after the other: where the client itself is in trouble, others on the same machine would be part of it.
    /// </summary>
    public bool OneAtATime { get; init; }

    /// <summary>How long the client's thread pool is starved from the onset on, in seconds.</summary>
    public double StarveFor { get; init; }

    public string Name => $"{Kind}-{Rate}";

    /// <summary>What a client process does in a run of this length.</summary>
    public LoadOptions LoadOf(OutcomeContender contender, Uri address, int seconds)
    {
        var scale = Scale(seconds);
        return new LoadOptions(
            contender.Key, address, Rate, seconds, Limit, Start: seconds / 12, StarveFor > 0 ? Onset * scale : -1, StarveFor * scale);
    }

    public double Scale(int seconds) => (double)seconds / Seconds;
}
