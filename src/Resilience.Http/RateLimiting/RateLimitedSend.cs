using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.RateLimiting.ServerQuota;

namespace Resilience.Http.RateLimiting;

/// <summary>What the rate limit keeps of one send, from its beginning to its end. Pooled with the context of the call.</summary>
internal sealed class RateLimitedSend
{
    private List<(PacedQueue<ServerPause> Pause, long StartsAt)>? _passed;

    /// <summary>Where the request goes; <see langword="null"/> if no send is under way.</summary>
    public Uri Uri { get; private set; } = null!;

    /// <summary>The quota that it uses up; <see langword="null"/> for the one that all share.</summary>
    public string? Key { get; private set; }

    /// <summary>The queue whose token it took.</summary>
    public PacedQueue<RatePace>? Bucket { get; private set; }

    /// <summary>The timestamp at which it took the token.</summary>
    public long TakenAt { get; private set; }

    public bool IsOpen => Uri is not null;

    public void Begin(Uri uri, string? key)
    {
        Uri = uri;
        Key = key;
    }

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
        Uri = null!;
        Key = null;
        Bucket = null;
        _passed?.Clear();
    }
}
