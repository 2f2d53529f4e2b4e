using System.Globalization;
using Resilience.Http;

namespace WebApi.Demo;

/// <summary>The table that grows by a row a second.</summary>
internal sealed class Timeline(TextWriter output)
{
    private Figures _before;

    public void Begin() => output.WriteLine(" second   orders     sent  retried  refused    succeeded   queued   failed   circuit of payments");

    public void Row(int second, Figures now, CircuitState? state)
    {
        var row = now - _before;
        _before = now;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{second,7}{row.Orders,9}{row.Sent,9}{row.Retried,9}{row.Refused,9}{row.Succeeded,13}{row.Queued,9}{row.Failed,9}   {Text(state)}"));
    }

    public void Event(TimeSpan at, string text) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds,9:0.0} s  {text}"));

    public static string Text(CircuitState? state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.Open => "OPEN",
        CircuitState.HalfOpen => "half-open",
        CircuitState.Isolated => "ISOLATED",
        _ => "(switched off)",
    };
}

/// <summary>What was counted up to one moment.</summary>
internal readonly record struct Figures(int Orders, int Sent, int Retried, int Refused, int Succeeded, int Queued, int Failed)
{
    public static Figures operator -(Figures now, Figures before) => new(
        now.Orders - before.Orders,
        now.Sent - before.Sent,
        now.Retried - before.Retried,
        now.Refused - before.Refused,
        now.Succeeded - before.Succeeded,
        now.Queued - before.Queued,
        now.Failed - before.Failed);
}
