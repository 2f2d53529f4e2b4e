namespace Resilience.Http;

/// <summary>How attempts that failed temporarily are repeated.</summary>
public sealed class HttpRetryOptions
{
    private static readonly TimeSpan UsualBaseDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan UsualMaxDelay = TimeSpan.FromSeconds(10);

    private TimeSpan? _baseDelay;
    private TimeSpan? _maxDelay;
    private HttpRetryJitter? _jitter;

    /// <summary>Whether failed attempts are repeated.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How often a call is repeated at most. 3 means up to 4 attempts.</summary>
    /// <value>Default: 3. Allowed: 0 to 100.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>The wait before the first retry, before jitter.</summary>
    /// <value>Default: 200 ms, or <see cref="MaxDelay"/> if that is shorter. Allowed: 0 to 24 hours.</value>
    public TimeSpan BaseDelay
    {
        get => _baseDelay ?? (_maxDelay >= TimeSpan.Zero && _maxDelay < UsualBaseDelay ? _maxDelay.Value : UsualBaseDelay);
        set => _baseDelay = value;
    }

    /// <summary>The longest wait between two attempts. It does not limit a Retry-After of the service.</summary>
    /// <value>Default: 10 seconds, or <see cref="BaseDelay"/> if that is longer. Allowed: <see cref="BaseDelay"/> to 24 hours.</value>
    public TimeSpan MaxDelay
    {
        get => _maxDelay ?? (_baseDelay > UsualMaxDelay ? _baseDelay.Value : UsualMaxDelay);
        set => _maxDelay = value;
    }

    /// <summary>How the wait grows from one retry to the next.</summary>
    /// <value>Default: <see cref="HttpRetryBackoff.Exponential"/>.</value>
    public HttpRetryBackoff Backoff { get; set; } = HttpRetryBackoff.Exponential;

    /// <summary>How the waits are randomized, so that callers that failed together do not retry together.</summary>
    /// <value>
    /// Default: <see cref="HttpRetryJitter.Full"/>, or <see cref="HttpRetryJitter.None"/> if <see cref="Backoff"/> is
    /// <see cref="HttpRetryBackoff.Constant"/>.
    /// </value>
    public HttpRetryJitter Jitter
    {
        get => _jitter ?? (Backoff == HttpRetryBackoff.Constant ? HttpRetryJitter.None : HttpRetryJitter.Full);
        set => _jitter = value;
    }

    /// <summary>Whether a retry waits as long as the Retry-After of the response asks (RFC 9110, 10.2.3).</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool HonorRetryAfter { get; set; } = true;

    /// <summary>
    /// Whether POST, PATCH and other methods that are not idempotent (RFC 9110, 9.2.2) are repeated too. If <see langword="false"/>, such a
    /// request is repeated only if it has an <c>Idempotency-Key</c>, if it is marked with <c>AllowRetry()</c>, or if nothing was sent.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool RetryUnsafeMethods { get; set; }

    /// <summary>
    /// The gRPC methods that are safe to repeat, because they have no side effects or are idempotent. Every gRPC call is a POST, so others
    /// are not repeated. <c>greet.Greeter/SayHello</c> is one method, and <c>greet.Greeter</c> means all methods of the service.
    /// </summary>
    /// <value>Default: none.</value>
    public IList<string> RepeatableGrpcMethods { get; set; } = [];

    /// <summary>The longest request body that is copied so that it can be sent again, in bytes.</summary>
    /// <value>Default: 65,536 (64 KiB). Allowed: 0 to 16,777,216 (16 MiB).</value>
    public int MaxBufferedBody { get; set; } = 64 * 1024;

    /// <summary>The budget that limits retries, so that they do not make an outage worse.</summary>
    public HttpRetryBudgetOptions Budget { get; set; } = new();

    internal bool BaseDelayIsSet => _baseDelay is not null;

    internal bool MaxDelayIsSet => _maxDelay is not null;

    internal bool JitterIsSet => _jitter is not null;

    internal HttpRetryOptions Copy()
    {
        var copy = (HttpRetryOptions)MemberwiseClone();
        copy.Budget = Budget?.Copy()!;
        copy.RepeatableGrpcMethods = [.. RepeatableGrpcMethods ?? []];
        return copy;
    }
}
