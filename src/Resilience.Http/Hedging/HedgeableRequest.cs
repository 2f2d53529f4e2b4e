using Resilience.Http.Pipeline;

namespace Resilience.Http.Hedging;

/// <summary>Whether two sends of a request may overlap.</summary>
internal static class HedgeableRequest
{
    /// <summary>
    /// A method that only reads, or the caller's word. That a method is idempotent, or has an Idempotency-Key, is not enough: see
    /// <c>AllowHedging()</c>.
    /// </summary>
    public static bool Allows(CallContext call) =>
        call.Settings.AllowRetry != false && call.Sent.CanBeCopied && (call.Settings.AllowHedging || call.Sent.IsSafe);
}
