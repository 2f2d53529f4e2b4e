namespace Resilience.Http;

/// <summary>Settings of repeating attempts that failed in passing.</summary>
public sealed class HttpRetryOptions
{
    private static readonly TimeSpan UsualBaseDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan UsualMaxDelay = TimeSpan.FromSeconds(10);

    private TimeSpan? _baseDelay;
    private TimeSpan? _maxDelay;

    /// <summary>Whether attempts are repeated at all.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How often an attempt is repeated; 3 means up to 4 attempts.</summary>
    /// <value>Default: 3. Allowed: 0 to 100.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>The wait before the first retry, before jitter.</summary>
    /// <value>Default: 200 ms, or <see cref="MaxDelay"/> where that is shorter. Allowed: 0 to 24 hours.</value>
    public TimeSpan BaseDelay
    {
        get => _baseDelay ?? (_maxDelay >= TimeSpan.Zero && _maxDelay < UsualBaseDelay ? _maxDelay.Value : UsualBaseDelay);
        set => _baseDelay = value;
    }

    /// <summary>The longest wait that backoff comes to. A Retry-After of the service is not cut by it.</summary>
    /// <value>Default: 10 seconds, or <see cref="BaseDelay"/> where that is longer. Allowed: <see cref="BaseDelay"/> to 24 hours.</value>
    public TimeSpan MaxDelay
    {
        get => _maxDelay ?? (_baseDelay > UsualMaxDelay ? _baseDelay.Value : UsualMaxDelay);
        set => _maxDelay = value;
    }

    /// <summary>How the wait grows from one retry to the next.</summary>
    /// <value>Default: <see cref="HttpRetryBackoff.Exponential"/>.</value>
    public HttpRetryBackoff Backoff { get; set; } = HttpRetryBackoff.Exponential;

    /// <summary>How chance spreads the waits, so that callers do not come back in step.</summary>
    /// <value>Default: <see cref="HttpRetryJitter.Full"/>.</value>
    public HttpRetryJitter Jitter { get; set; } = HttpRetryJitter.Full;

    /// <summary>Whether a Retry-After of a 429 or 503 (RFC 9110, 10.2.3) is waited for.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool HonorRetryAfter { get; set; } = true;

    /// <summary>
    /// Whether POST, PATCH and other methods that are not idempotent (RFC 9110, 9.2.2) are repeated too. Without it they are repeated
    /// when they carry <c>Idempotency-Key</c>, were marked with <c>AllowRetry()</c>, or nothing of them was sent.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool RetryUnsafeMethods { get; set; }

    /// <summary>How much of a body that can be read only once is read ahead so that it can be sent again, in bytes.</summary>
    /// <value>Default: 65,536 (64 KiB). Allowed: 0 to 16,777,216 (16 MiB).</value>
    public int MaxBufferedBody { get; set; } = 64 * 1024;

    /// <summary>The share of calls that may be retries, so that retries never make an outage worse.</summary>
    public HttpRetryBudgetOptions Budget { get; set; } = new();

    internal bool BaseDelayIsSet => _baseDelay is not null;

    internal bool MaxDelayIsSet => _maxDelay is not null;

    internal HttpRetryOptions Copy()
    {
        var copy = (HttpRetryOptions)MemberwiseClone();
        copy.Budget = Budget?.Copy()!;
        return copy;
    }
}
