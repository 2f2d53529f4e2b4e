using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Outcomes.Simulation;

/// <summary>Figures without the first ten seconds: the client starts, and the circuit has seen nothing yet.</summary>
internal static class SettledFigures
{
    private const int Start = 10;

    public static double SettledShareInTime(this SimulationResult run) => run.Timeline.ShareInTime(Start, run.Timeline.Seconds);

    public static double SettledSendsPerCall(this SimulationResult run) => run.Timeline.SendsPerCall(Start, run.Timeline.Seconds);

    /// <summary>The most requests in so many seconds in a row for each call that began in them.</summary>
    public static double MostSendsPerCall(this SimulationResult run, int inSeconds) =>
        run.Timeline.MostSendsPerCall(inSeconds, 0, run.Timeline.Seconds);
}
