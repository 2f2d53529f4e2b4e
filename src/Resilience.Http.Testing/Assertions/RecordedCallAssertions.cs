using System.Net;
using Resilience.Http.Outcomes;
using Resilience.Http.Testing.Time;

namespace Resilience.Http.Testing;

/// <summary>
/// Assertions on a call, for any test framework. Each returns the call, so that they can be chained. A failure shows what was
/// expected, what was, and the timeline of the call's attempts.
/// </summary>
public static class RecordedCallAssertions
{
    /// <summary>The caller got a response with this status.</summary>
    /// <param name="call">The call.</param>
    /// <param name="expected">The status.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">It did not.</exception>
    public static RecordedCall ShouldEndWith(this RecordedCall call, HttpStatusCode expected) =>
        Check(call, call.Status == expected, $"end with {OutcomeText.Format(expected)}", EndOf(call));

    /// <summary>The caller got an exception of this type, or one derived from it.</summary>
    /// <typeparam name="TException">The type.</typeparam>
    /// <param name="call">The call.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">It did not.</exception>
    public static RecordedCall ShouldEndWith<TException>(this RecordedCall call)
        where TException : Exception =>
        Check(call, call.Exception is TException, $"end with a {typeof(TException).Name}", EndOf(call));

    /// <summary>So many attempts reached the server.</summary>
    /// <param name="call">The call.</param>
    /// <param name="expected">How many; attempts that a circuit refused are not among them.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">More or fewer did.</exception>
    public static RecordedCall ShouldHaveAttempts(this RecordedCall call, int expected)
    {
        var actual = call.Attempts.Count;
        return Check(call, actual == expected, $"reach the server {expected} time(s)", $"{actual}");
    }

    /// <summary>The waits between the attempts were exactly these.</summary>
    /// <param name="call">The call.</param>
    /// <param name="expected">The waits, one fewer than attempts; none if there was no retry.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">They were others.</exception>
    public static RecordedCall ShouldHaveDelays(this RecordedCall call, params TimeSpan[] expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return Check(call, call.Delays.SequenceEqual(expected), $"wait {Texts(expected)} between its attempts", Texts(call.Delays));
    }

    /// <summary>The waits between the attempts lay in these ranges: for waits with jitter.</summary>
    /// <param name="call">The call.</param>
    /// <param name="expected">The shortest and the longest allowed wait for each, both included.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">They did not, or there were more or fewer.</exception>
    public static RecordedCall ShouldHaveDelaysBetween(this RecordedCall call, params (TimeSpan AtLeast, TimeSpan AtMost)[] expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        var actual = call.Delays;
        var within = actual.Count == expected.Length && actual.Zip(expected).All(static pair => Lies(pair.First, pair.Second));
        return Check(call, within, $"wait {string.Join(", ", expected.Select(Text))} between its attempts", Texts(actual));
    }

    /// <summary>The call took exactly so long, to the response headers or the exception.</summary>
    /// <param name="call">The call.</param>
    /// <param name="expected">How long.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">It took another time, or still runs.</exception>
    public static RecordedCall ShouldHaveTaken(this RecordedCall call, TimeSpan expected) =>
        Check(call, call.Duration == expected, $"take {ExactDuration.Format(expected)}", DurationOf(call));

    /// <summary>The call took a time in this range, to the response headers or the exception. For waits with jitter.</summary>
    /// <param name="call">The call.</param>
    /// <param name="atLeast">The shortest allowed time.</param>
    /// <param name="atMost">The longest allowed time.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">It took another time, or still runs.</exception>
    public static RecordedCall ShouldHaveTakenBetween(this RecordedCall call, TimeSpan atLeast, TimeSpan atMost) =>
        Check(call, call.Duration is { } taken && Lies(taken, (atLeast, atMost)), $"take {Text((atLeast, atMost))}", DurationOf(call));

    /// <summary>A fallback answered in the server's place.</summary>
    /// <param name="call">The call.</param>
    /// <param name="expected">Which: <c>delegate</c>, <c>stale</c> or <c>default</c>, as the response header <c>Resilience-Fallback</c>
    /// says it.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">Another did, or none.</exception>
    public static RecordedCall ShouldBeAnsweredByFallback(this RecordedCall call, string expected) =>
        Check(
            call,
            call.Fallback == expected,
            $"be answered by the {expected} fallback",
            call.Fallback is { } kind ? $"by the {kind} fallback" : "by none");

    /// <summary>No fallback answered.</summary>
    /// <param name="call">The call.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">One did.</exception>
    public static RecordedCall ShouldNotBeAnsweredByFallback(this RecordedCall call) =>
        Check(call, call.Fallback is null, "not be answered by a fallback", $"by the {call.Fallback} fallback");

    internal static RecordedCall Check(RecordedCall call, bool holds, string expected, string actual) => holds
        ? call
        : throw new ResilienceAssertionException(
            $"The call should {expected}, but: {actual}.{Environment.NewLine}{call}");

    private static bool Lies(TimeSpan time, (TimeSpan AtLeast, TimeSpan AtMost) range) => time >= range.AtLeast && time <= range.AtMost;

    private static string Text((TimeSpan AtLeast, TimeSpan AtMost) range) =>
        $"{ExactDuration.Format(range.AtLeast)} to {ExactDuration.Format(range.AtMost)}";

    private static string Texts(IReadOnlyCollection<TimeSpan> times) =>
        times.Count == 0 ? "nothing" : string.Join(", ", times.Select(ExactDuration.Format));

    private static string DurationOf(RecordedCall call) => call.Duration is { } taken ? ExactDuration.Format(taken) : "it still runs";

    private static string EndOf(RecordedCall call) => call switch
    {
        { Exception: { } exception } => OutcomeText.Format(exception),
        { Status: { } status } => OutcomeText.Format(status),
        _ => "it still runs",
    };
}
