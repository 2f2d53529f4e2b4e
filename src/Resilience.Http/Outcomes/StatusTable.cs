using System.Net;

namespace Resilience.Http.Outcomes;

/// <summary>
/// The built-in verdict on each status: the IANA registry (<see href="https://www.iana.org/assignments/http-status-codes"/>) and the
/// statuses in common use that are not in it. docs/retry.md gives the reason for each; a test compares the two.
/// </summary>
internal static class StatusTable
{
    /// <summary>Judges a status. One above 599 is invalid and is treated as 5xx (RFC 9110, 15).</summary>
    public static Judgement Judge(HttpStatusCode status) => (int)status switch
    {
        408 => new(AttemptVerdict.Transient),
        429 => new(AttemptVerdict.Transient, JudgementTraits.Throttled | JudgementTraits.RatioOnly),
        407 or 511 => new(AttemptVerdict.Ignored), // from something on the way: the service has not been heard
        < 500 or 501 or 505 or 506 or 507 or 508 or 510 or 561 => new(AttemptVerdict.Success),
        509 or 526 => new(AttemptVerdict.Failure),
        _ => new(AttemptVerdict.Transient),
    };
}
