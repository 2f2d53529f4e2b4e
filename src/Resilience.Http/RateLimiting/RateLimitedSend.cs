using Resilience.Http.RateLimiting.Pacing;

namespace Resilience.Http.RateLimiting;

/// <summary>What the rate limit keeps of one send, from its beginning to its end. Pooled with the context of the call.</summary>
internal sealed class RateLimitedSend
{
    /// <summary>Where the request goes; <see langword="null"/> if no send is under way.</summary>
    public Uri Uri { get; private set; } = null!;

    /// <summary>The quota that it uses up; <see langword="null"/> for the one that all share.</summary>
    public string? Key { get; private set; }

    /// <summary>The queue whose token it took.</summary>
    public PacedQueue<TokenBucket>? Bucket { get; set; }

    public bool IsOpen => Uri is not null;

    public void Begin(Uri uri, string? key)
    {
        Uri = uri;
        Key = key;
    }

    public void End()
    {
        Uri = null!;
        Key = null;
        Bucket = null;
    }
}
