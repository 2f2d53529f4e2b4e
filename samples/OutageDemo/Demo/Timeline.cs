using System.Globalization;
using Resilience.Http;

namespace OutageDemo.Demo;

/// <summary>The table, one row per second.</summary>
internal sealed class Timeline(TextWriter output)
{
    private Figures _before;

    public void Begin() =>
        output.WriteLine(" second   orders     sent  retried  refused  limited    succeeded   queued   failed   circuit of payments");

    public void Row(int second, Figures now, CircuitState? state)
    {
        var row = now - _before;
        _before = now;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{second,7}{row.Orders,9}{row.Sent,9}{row.Retried,9}{row.Refused,9}{row.Limited,9}{row.Succeeded,13}{row.Queued,9}" +
            $"{row.Failed,9}   {Colored(state)}"));
    }

    public void Event(TimeSpan at, string text) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds,9:0.0} s  {text}"));

    public static string Text(CircuitState? state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.Open => "OPEN",
        CircuitState.HalfOpen => "half-open",
        CircuitState.Isolated => "ISOLATED",
        _ => "(disabled)",
    };

    /// <summary>Colors are for terminals: not for files, and not if NO_COLOR is set.</summary>
    private static string Colored(CircuitState? state)
    {
        if (Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 })
        {
            return Text(state);
        }

        var color = state switch
        {
            CircuitState.Closed => 32, // green
            CircuitState.Open => 31,   // red
            _ => 33,                   // yellow
        };
        return $"\e[{color}m{Text(state)}\e[0m";
    }
}
