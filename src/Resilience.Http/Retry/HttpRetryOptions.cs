namespace Resilience.Http;

/// <summary>How attempts that failed temporarily are repeated.</summary>
public sealed class HttpRetryOptions
{
    private static readonly TimeSpan UsualBaseDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan UsualMaxDelay = TimeSpan.FromSeconds(10);

    private TimeSpan? _baseDelay;
    private TimeSpan? _maxDelay;
    private HttpRetryJitter? _jitter;

    /// <summary>Whether attempts are repeated.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How often an attempt is repeated; 3 means up to 4 attempts.</summary>
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

    /// <summary>How randomness spreads the waits, so that callers that failed together do not come back together.</summary>
    /// <value>
    /// Default: <see cref="HttpRetryJitter.Full"/>, or <see cref="HttpRetryJitter.None"/> if <see cref="Backoff"/> is
    /// <see cref="HttpRetryBackoff.Constant"/>: a constant wait is meant to be constant.
    /// </value>
    public HttpRetryJitter Jitter
    {
        get => _jitter ?? (Backoff == HttpRetryBackoff.Constant ? HttpRetryJitter.None : HttpRetryJitter.Full);
        set => _jitter = value;
    }

    /// <summary>Whether the Retry-After (RFC 9110, 10.2.3) of an answer that is repeated is waited for.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool HonorRetryAfter { get; set; } = true;

    /// <summary>
    /// Whether POST, PATCH and other methods that are not idempotent (RFC 9110, 9.2.2) are repeated too. If not, they are repeated only
    /// if they carry <c>Idempotency-Key</c>, are marked with <c>AllowRetry()</c>, or nothing was sent.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool RetryUnsafeMethods { get; set; }

    /// <summary>
    /// gRPC methods that are repeated although every gRPC call is a POST: those that have no side effects or are idempotent. A method is
    /// <c>greet.Greeter/SayHello</c>; <c>greet.Greeter</c> stands for all methods of the service.
    /// </summary>
    /// <value>Default: none.</value>
    public IList<string> RepeatableGrpcMethods { get; set; } = [];

    /// <summary>The longest request body of which a copy is kept so that it can be sent again, in bytes.</summary>
    /// <value>Default: 65,536 (64 KiB). Allowed: 0 to 16,777,216 (16 MiB).</value>
    public int MaxBufferedBody { get; set; } = 64 * 1024;

    /// <summary>The share of calls that may be retries, so that retries never make an outage worse.</summary>
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
