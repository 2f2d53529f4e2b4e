using System.Net;
using Resilience.Http.Outcomes;
using Resilience.Http.Testing.Time;

namespace Resilience.Http.Testing;

/// <summary>
/// Assertions on a call, for any test framework. Each one returns the call, so that you can chain them. A failure shows the expected value,
/// the actual value, and the timeline of the call.
/// </summary>
public static class RecordedCallAssertions
{
    /// <summary>Asserts that the caller got a response with this status.</summary>
    /// <param name="call">The call.</param>
    /// <param name="expected">The status.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">The assertion failed.</exception>
    public static RecordedCall ShouldEndWith(this RecordedCall call, HttpStatusCode expected) =>
        Check(call, call.Status == expected, $"end with {OutcomeText.Format(expected)}", EndOf(call));

    /// <summary>Asserts that the caller got an exception of this type, or of a derived type.</summary>
    /// <typeparam name="TException">The type.</typeparam>
    /// <param name="call">The call.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">The assertion failed.</exception>
    public static RecordedCall ShouldEndWith<TException>(this RecordedCall call)
        where TException : Exception =>
        Check(call, call.Exception is TException, $"end with a {typeof(TException).Name}", EndOf(call));

    /// <summary>Asserts how many attempts reached the server.</summary>
    /// <param name="call">The call.</param>
    /// <param name="expected">The number of attempts, without those that a circuit refused.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">The assertion failed.</exception>
    public static RecordedCall ShouldHaveAttempts(this RecordedCall call, int expected)
    {
        var actual = call.Attempts.Count;
        return Check(call, actual == expected, $"reach the server {expected} time(s)", $"{actual}");
    }

    /// <summary>Asserts the exact waits between the attempts.</summary>
    /// <param name="call">The call.</param>
    /// <param name="expected">The waits: one fewer than the attempts, or none if there was no retry.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">The assertion failed.</exception>
    public static RecordedCall ShouldHaveDelays(this RecordedCall call, params TimeSpan[] expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return Check(call, call.Delays.SequenceEqual(expected), $"wait {Texts(expected)} between its attempts", Texts(call.Delays));
    }

    /// <summary>Asserts that the waits between the attempts were in these ranges. Use it for waits with jitter.</summary>
    /// <param name="call">The call.</param>
    /// <param name="expected">The shortest and the longest allowed wait for each retry, both inclusive.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">A wait was out of its range, or there were more or fewer waits.</exception>
    public static RecordedCall ShouldHaveDelaysBetween(this RecordedCall call, params (TimeSpan AtLeast, TimeSpan AtMost)[] expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        var actual = call.Delays;
        var within = actual.Count == expected.Length && actual.Zip(expected).All(static pair => Lies(pair.First, pair.Second));
        return Check(call, within, $"wait {string.Join(", ", expected.Select(Text))} between its attempts", Texts(actual));
    }

    /// <summary>Asserts the exact duration of the call, up to the response headers or the exception.</summary>
    /// <param name="call">The call.</param>
    /// <param name="expected">The duration.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">The call took another time, or is still running.</exception>
    public static RecordedCall ShouldHaveTaken(this RecordedCall call, TimeSpan expected) =>
        Check(call, call.Duration == expected, $"take {ExactDuration.Format(expected)}", DurationOf(call));

    /// <summary>
    /// Asserts the range of the duration of the call, up to the response headers or the exception. Use it for waits with jitter.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="atLeast">The shortest allowed time.</param>
    /// <param name="atMost">The longest allowed time.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">The call took another time, or is still running.</exception>
    public static RecordedCall ShouldHaveTakenBetween(this RecordedCall call, TimeSpan atLeast, TimeSpan atMost) =>
        Check(call, call.Duration is { } taken && Lies(taken, (atLeast, atMost)), $"take {Text((atLeast, atMost))}", DurationOf(call));

    /// <summary>Asserts that a fallback answered instead of the server.</summary>
    /// <param name="call">The call.</param>
    /// <param name="expected">
    /// The kind of fallback, as in the response header <c>Resilience-Fallback</c>: <c>delegate</c>, <c>stale</c> or <c>default</c>.
    /// </param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">No fallback answered, or another one did.</exception>
    public static RecordedCall ShouldBeAnsweredByFallback(this RecordedCall call, string expected) =>
        Check(
            call,
            call.Fallback == expected,
            $"be answered by the {expected} fallback",
            call.Fallback is { } kind ? $"by the {kind} fallback" : "by none");

    /// <summary>Asserts that no fallback answered.</summary>
    /// <param name="call">The call.</param>
    /// <returns>The call.</returns>
    /// <exception cref="ResilienceAssertionException">A fallback answered.</exception>
    public static RecordedCall ShouldNotBeAnsweredByFallback(this RecordedCall call) =>
        Check(call, call.Fallback is null, "not be answered by a fallback", $"by the {call.Fallback} fallback");

    internal static RecordedCall Check(RecordedCall call, bool holds, string expected, string actual) => holds
        ? call
        : throw new ResilienceAssertionException(
            $"The call should {expected}. Actual: {actual}.{Environment.NewLine}{call}");

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
