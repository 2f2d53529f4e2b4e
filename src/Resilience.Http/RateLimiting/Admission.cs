using Resilience.Http.Pipeline;

namespace Resilience.Http.RateLimiting;

/// <summary>Whether a send may go.</summary>
/// <param name="Rejection">Why it may not; <see langword="null"/> if it may.</param>
/// <param name="Tag">If it may not: the authority as metrics name it.</param>
/// <param name="Waited">Whether time passed meanwhile.</param>
internal readonly record struct Admission(LimitRejection? Rejection = null, string Tag = "", bool Waited = false);
