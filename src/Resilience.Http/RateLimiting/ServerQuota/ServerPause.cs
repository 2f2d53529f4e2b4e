using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.Requests;

namespace Resilience.Http.RateLimiting.ServerQuota;

/// <summary>
/// The time until which a server has asked for no sends of one quota. Afterwards they are let through one by one, ever faster: the number
/// of those that have gone doubles every quarter of a second. So a server that still has nothing to give sees one or two sends, and not
/// all that waited. It says so again, and all others go on waiting.
/// </summary>
internal sealed class ServerPause(TimeProvider clock) : IPace
{
    /// <summary>In this time the number of sends that have gone since the end of the pause doubles.</summary>
    public static readonly TimeSpan Doubling = TimeSpan.FromMilliseconds(250);

    /// <summary>After 40 doublings, a trillion sends, nothing is held back any more.</summary>
    public static readonly TimeSpan RampLength = 40 * Doubling;

    private long _startsAt;
    private long _askedFrom;
    private int _gone;

    /// <summary>The timestamp of the first send after the pause.</summary>
    public long StartsAt => Volatile.Read(ref _startsAt);

    /// <summary>What the server sent to ask for the pause, and when.</summary>
    public ServerRequest Request { get; private set; }

    public long SlotAt(long now, int ahead)
    {
        var sends = (long)_gone + ahead + 1;
        var slot = sends == 1 ? _startsAt : clock.After(_startsAt, Math.Log2(sends) * Doubling);
        return Math.Max(now, slot);
    }

    public void Take(long now)
    {
        if (_gone < int.MaxValue)
        {
            _gone++;
        }
    }

    public void GiveBack(long now, long takenAt) => _gone = Math.Max(0, _gone - 1);

    /// <summary>The same for a slot that was taken after a certain pause: a later one has begun to count anew.</summary>
    /// <param name="startsAt">The timestamp of the first send after that pause.</param>
    /// <param name="now">The timestamp of now.</param>
    public void GiveBackOf(long startsAt, long now)
    {
        if (startsAt == _startsAt)
        {
            GiveBack(now, takenAt: startsAt);
        }
    }

    /// <summary>Whether nothing is held back any more.</summary>
    public bool IsOver(long now) => now >= clock.After(_startsAt, RampLength);

    /// <summary>The server asks for a pause. The longer of two counts.</summary>
    /// <param name="request">What it sent.</param>
    /// <param name="startsAt">The timestamp of the first send after the pause.</param>
    /// <param name="askedFrom">The timestamp at which the send began whose response asked.</param>
    public void Hold(in ServerRequest request, long startsAt, long askedFrom)
    {
        if (startsAt > _startsAt)
        {
            Volatile.Write(ref _startsAt, startsAt);
            Request = request;
            _gone = 0;
        }

        _askedFrom = Math.Max(_askedFrom, askedFrom);
    }

    /// <summary>A success came: if its send began after the one that was asked to wait, the pause ends.</summary>
    public void Succeed(long successFrom, long now)
    {
        if (successFrom > _askedFrom && now < _startsAt)
        {
            Volatile.Write(ref _startsAt, now);
            _gone = 0;
        }
    }
}
