namespace Resilience.Http;

/// <summary>Settings of the concurrency limit: how many requests may be in flight, and what happens to the rest.</summary>
/// <remarks>
/// A request is in flight until its response headers arrive. Each retry counts as a request. A rejected request is not retried, takes
/// nothing from the retry budget, and is ignored by the circuit breaker. A fallback may answer it.
/// </remarks>
public sealed class HttpConcurrencyLimitOptions
{
    private const int UsualLimit = 1_000;
    private const int UsualMinLimit = 4;

    private int? _limit;
    private int? _minLimit;

    /// <summary>Whether there is a concurrency limit.</summary>
    /// <value>Default: <see langword="false"/>. No number is right for every service.</value>
    public bool Enabled { get; set; }

    /// <summary>Whether the limit is fixed, or follows the response times of the service.</summary>
    /// <value>Default: <see cref="HttpConcurrencyLimitMode.Fixed"/>.</value>
    public HttpConcurrencyLimitMode Mode { get; set; } = HttpConcurrencyLimitMode.Fixed;

    /// <summary>The most requests in flight. An adaptive limit stays at or below it.</summary>
    /// <value>Default: 1,000, or <see cref="MinLimit"/> if that is greater. Allowed: 1 to 1,000,000.</value>
    public int Limit
    {
        get => _limit ?? Math.Max(UsualLimit, _minLimit ?? 0);
        set => _limit = value;
    }

    /// <summary>The lowest value of an adaptive limit. Not used if <see cref="Mode"/> is fixed.</summary>
    /// <value>Default: 4, or <see cref="Limit"/> if that is lower. Allowed: 1 to 1,000,000, not more than <see cref="Limit"/>.</value>
    public int MinLimit
    {
        get => _minLimit ?? Math.Clamp(_limit ?? UsualMinLimit, 1, UsualMinLimit);
        set => _minLimit = value;
    }

    /// <summary>
    /// How many requests may wait for a permit. They are sent in the order in which they came. A wait counts towards the total timeout, not
    /// towards the attempt timeout.
    /// </summary>
    /// <value>Default: 0, requests are rejected at once. Allowed: 0 to 1,000,000.</value>
    public int QueueLimit { get; set; }

    /// <summary>Whether each authority (scheme, host and port) has its own limit, or all share one.</summary>
    /// <value>Default: <see cref="HttpConcurrencyLimitScope.Authority"/>.</value>
    public HttpConcurrencyLimitScope Scope { get; set; } = HttpConcurrencyLimitScope.Authority;

    /// <summary>What the caller of a rejected request gets.</summary>
    /// <value>Default: <see cref="HttpRejection.Throw"/>.</value>
    public HttpRejection Rejection { get; set; } = HttpRejection.Throw;

    internal bool LimitIsSet => _limit is not null;

    internal bool MinLimitIsSet => _minLimit is not null;

    internal HttpConcurrencyLimitOptions Copy() => (HttpConcurrencyLimitOptions)MemberwiseClone();
}
