using Resilience.Http.CircuitBreaker.Counting;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>What was known when a failure was counted.</summary>
/// <param name="Successes">The successes.</param>
/// <param name="FailuresBefore">The failures before this one, including those that did not lengthen a row.</param>
/// <param name="StartedAt">Timestamp of the start of its attempt.</param>
internal readonly record struct FailureMark(SuccessMark Successes, int FailuresBefore, long StartedAt);
