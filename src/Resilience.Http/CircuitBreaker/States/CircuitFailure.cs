namespace Resilience.Http.CircuitBreaker.States;

/// <summary>A failed attempt, as far as a circuit cares.</summary>
/// <param name="Text">What happened, in few words.</param>
/// <param name="TimedOut">A time limit cut it: it counts even within a burst.</param>
/// <param name="RatioOnly">Counts in the share of failures, never in a row.</param>
/// <param name="Throttled">The service is well and asks for less: a trial that ends so does not lengthen the next break.</param>
/// <param name="RetryAfter">How long the service asked to be left alone.</param>
internal readonly record struct CircuitFailure(
    string Text, bool TimedOut = false, bool RatioOnly = false, bool Throttled = false, TimeSpan? RetryAfter = null);
