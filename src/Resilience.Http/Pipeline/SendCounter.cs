using System.Globalization;

namespace Resilience.Http.Pipeline;

/// <summary>
/// How many requests a call has sent, for the spans of those. It ends with the attempts: a request of a fallback to another
/// service is not a resend.
/// </summary>
internal sealed class SendCounter
{
    private int _sent;
    private volatile bool _isOver;
    private volatile bool _hasLosers;

    /// <summary>One more is sent.</summary>
    /// <returns>How many were sent before it; 0 if the attempts are over.</returns>
    // Interlocked: the user's handler may send twice at once inside one call.
    public int Next() => _isOver ? 0 : Interlocked.Increment(ref _sent) - 1;

    /// <summary>Whether sends were canceled because another one won.</summary>
    public bool HasLosers { get => _hasLosers; set => _hasLosers = value; }

    public void End() => _isOver = true;

    /// <summary>How many were sent, for one who reads the tags of a span that has not ended.</summary>
    public override string ToString() => _sent.ToString(CultureInfo.InvariantCulture);
}
