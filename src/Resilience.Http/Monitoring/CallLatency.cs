namespace Resilience.Http;

/// <summary>
/// The duration of calls, including retries and waits. Rejected calls do not count. The figures are accurate to 13 % between 0.5 ms and a
/// minute.
/// </summary>
/// <param name="P50">Half of the calls took no longer.</param>
/// <param name="P95">95 % of the calls took no longer.</param>
/// <param name="P99">99 % of the calls took no longer.</param>
public sealed record CallLatency(TimeSpan P50, TimeSpan P95, TimeSpan P99);
