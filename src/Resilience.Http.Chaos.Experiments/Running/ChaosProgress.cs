using System.Globalization;

namespace Resilience.Http;

/// <summary>One line of progress of an experiment.</summary>
public sealed class ChaosProgress
{
    internal ChaosProgress(TimeSpan elapsed, ChaosPhase phase, string text) => (Elapsed, Phase, Text) = (elapsed, phase, text);

    /// <summary>The time since the run started.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>The phase.</summary>
    public ChaosPhase Phase { get; }

    /// <summary>What is happening: <c>probe orders-answer: 0.42, expected at least 0.99: NOT MET</c>.</summary>
    public string Text { get; }

    /// <summary>Creates a listener that writes every line, <c>ChaosProgress.To(Console.Out)</c> for instance.</summary>
    /// <param name="output">The writer.</param>
    public static IProgress<ChaosProgress> To(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return new Writing(TextWriter.Synchronized(output));
    }

    /// <summary>The line as a console shows it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds,7:0.0} s  {Phase,-8}  {Text}");

    /// <summary>Unlike <see cref="Progress{T}"/>, it writes immediately, in order, on the reporting thread.</summary>
    private sealed class Writing(TextWriter output) : IProgress<ChaosProgress>
    {
        public void Report(ChaosProgress value) => output.WriteLine(value);
    }
}
