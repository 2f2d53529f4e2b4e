using Resilience.Http.Pipeline;

namespace Resilience.Http.Hedging;

/// <summary>
/// Cancels one send: when the caller cancels the call, or when another send has won. It is not disposed: it has no timer, and the caller
/// may be canceling it at any moment.
/// </summary>
internal sealed class SendCancellation : CancellationTokenSource
{
    private CancellationTokenRegistration _link;

    public CancellationToken Begin(CancellationToken callerToken)
    {
        _link = callerToken.UnsafeRegister(static state => ((SendCancellation)state!).Cancel(), this);
        return Token;
    }

    /// <summary>
    /// Cancels the send without waiting for what its handlers have registered: that may block, and it may throw, which would not be seen.
    /// </summary>
    public void CancelInBackground() => CancelAsync().Observed();

    /// <summary>The send has ended.</summary>
    /// <returns>Whether it can begin again.</returns>
    public bool End()
    {
        var isUnlinked = _link == default || _link.Unregister();
        _link = default; // An idle one may outlive the caller.
        return isUnlinked && TryReset();
    }
}
