using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.RateLimiting.ServerQuota;

namespace Resilience.Http.RateLimiting;

/// <summary>What the rate limit keeps of one send, from its beginning to its end. Pooled with the context of the call.</summary>
internal sealed class RateLimitedSend
{
    private List<(PacedQueue<ServerPause> Pause, long StartsAt)>? _passed;

    /// <summary>The quota of the server that it uses up; without a URI if no send is under way.</summary>
    public RequestQuota Quota { get; private set; }

    /// <summary>The queue whose token it took.</summary>
    public PacedQueue<RatePace>? Bucket { get; private set; }

    /// <summary>The timestamp at which it took the token.</summary>
    public long TakenAt { get; private set; }

    public bool IsOpen => Quota.Uri is not null;

    public void Begin(Uri uri, string? key) => Quota = new(uri, key);

    public void Took(PacedQueue<RatePace> bucket, long at) => (Bucket, TakenAt) = (bucket, at);

    /// <summary>It took a slot after a pause that the server asked for.</summary>
    public void Pass(PacedQueue<ServerPause> pause) => (_passed ??= []).Add((pause, pause.Pace.StartsAt));

    /// <summary>Gives back what it took: it is not sent, or it has to wait once more.</summary>
    public void GiveBack()
    {
        Bucket?.GiveBack(TakenAt);
        Bucket = null;
        foreach (var (pause, startsAt) in _passed ?? [])
        {
            pause.TryChange(static (pause, startsAt, now) => pause.GiveBackOf(startsAt, now), startsAt);
        }

        _passed?.Clear();
    }

    public void End()
    {
        Quota = default;
        Bucket = null;
        _passed?.Clear();
    }
}
