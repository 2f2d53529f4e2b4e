namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>What came of asking a queue for a slot.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Waited">Whether time passed meanwhile.</param>
/// <param name="Ahead">How many sends waited when the send was rejected.</param>
/// <param name="RetryAfter">If the send was rejected: how long until its slot would have come.</param>
/// <param name="TakenAt">If a slot was taken: the timestamp at which.</param>
internal readonly record struct QueueResult(
    QueueEnd End, bool Waited = false, int Ahead = 0, TimeSpan RetryAfter = default, long TakenAt = 0);
