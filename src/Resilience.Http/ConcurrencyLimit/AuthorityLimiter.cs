using Resilience.Http.ConcurrencyLimit.Adaptive;
using Resilience.Http.Pipeline;

namespace Resilience.Http.ConcurrencyLimit;

/// <summary>The limit of one authority: its permits, and what moves their number if it is adaptive.</summary>
internal sealed class AuthorityLimiter : IAuthorityState
{
    /// <summary>Where nothing is limited, sends are only counted.</summary>
    private const int Unlimited = 1 << 30;

    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private volatile HttpConcurrencyLimitOptions _options;
    private volatile AdaptiveLimit? _adaptive;

    public AuthorityLimiter(string authority, string tag, TimeProvider clock, HttpConcurrencyLimitOptions options)
    {
        (Authority, Tag, _clock, _options) = (authority, tag, clock, options);
        Permits = new(Unlimited);
        Apply(options);
    }

    public string Authority { get; }

    /// <summary>The authority as metrics name it.</summary>
    public string Tag { get; }

    public ConcurrencyLimiter Permits { get; }

    public AdaptiveLimit? Adaptive => _adaptive;

    /// <summary>The limit in force; <see langword="null"/> if there is none.</summary>
    public int? Limit => _options.Enabled ? Permits.Limit : null;

    /// <summary>How much of the limit is in use: 0 is nothing, 1 is all.</summary>
    public double Utilization => Limit is { } limit ? Math.Min(1, (double)Permits.InFlight / limit) : 0;

    /// <summary>
    /// Whether it is the one for sends to a URI while these options are in force. If the URI spells its authority in another way, or the
    /// options are new, the answer is no: then the table knows.
    /// </summary>
    public bool Serves(Uri uri, HttpConcurrencyLimitOptions options) =>
        ReferenceEquals(_options, options)
        && options.Scope == HttpConcurrencyLimitScope.Authority
        && Requests.Authority.Begins(uri, Authority);

    public bool TryRetire() => Permits.TryRetire();

    /// <summary>Puts options in force. What is in flight stays counted.</summary>
    /// <param name="current">Reads the options in force, so that a thread which was held up does not bring old ones back.</param>
    public void Use(ServiceState current)
    {
        if (!ReferenceEquals(_options, current.Options.ConcurrencyLimit))
        {
            ApplyCurrent(current);
        }
    }

    /// <summary>No permit was free. The adaptive limit takes note, and may give way.</summary>
    /// <returns>Whether there may be one now.</returns>
    public bool OnReached()
    {
        if (_adaptive is not { } adaptive)
        {
            return false;
        }

        var before = adaptive.Limit;
        adaptive.OnReached(_clock.GetTimestamp(), Permits.InFlight);
        Follow(adaptive);
        return adaptive.Limit > before;
    }

    /// <summary>A send has ended whose permit was taken when <paramref name="adaptive"/> was in force.</summary>
    public void OnEnded(AdaptiveLimit adaptive, long startedAt, long endedAt, int inFlight, SendResult result)
    {
        adaptive.OnEnded(startedAt, endedAt, inFlight, result);
        Follow(adaptive);
    }

    /// <summary>Two threads may come here with two limits: each looks again, so the last one set is the last one decided.</summary>
    private void Follow(AdaptiveLimit adaptive)
    {
        int limit;
        while ((limit = adaptive.Limit) != Permits.Limit && ReferenceEquals(_adaptive, adaptive))
        {
            Permits.SetLimit(limit);
        }
    }

    /// <summary>A method of its own: one with a lock is not inlined, and each send comes through <see cref="Use"/>.</summary>
    private void ApplyCurrent(ServiceState current)
    {
        lock (_gate)
        {
            Apply(current.Options.ConcurrencyLimit);
        }
    }

    private void Apply(HttpConcurrencyLimitOptions options)
    {
        _options = options;
        if (!options.Enabled)
        {
            _adaptive = null;
            Permits.SetLimit(Unlimited);
        }
        else if (options.Mode == HttpConcurrencyLimitMode.Fixed)
        {
            _adaptive = null;
            Permits.SetLimit(options.Limit);
        }
        else
        {
            _adaptive?.Use(options.MinLimit, options.Limit);
            _adaptive ??= new(_clock, options.MinLimit, options.Limit);
            Permits.SetLimit(_adaptive.Limit);
        }
    }
}
