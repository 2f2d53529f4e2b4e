namespace Resilience.Http.CircuitBreaker.Counting;

/// <summary>A mark in a <see cref="ResultWindow"/> from which it counts successes.</summary>
/// <param name="Bucket">The bucket of that moment.</param>
/// <param name="Successes">How many the bucket held.</param>
internal readonly record struct SuccessMark(long Bucket, long Successes);
