namespace Resilience.Http.Pipeline;

/// <summary>The features of one service that know something about its authorities, asked together.</summary>
internal sealed class AuthorityStatusSources
{
    private IAuthorityStatusSource[] _sources = [];

    public static AuthorityStatusSources GetOrCreate(ServiceState service) =>
        service.GetOrCreate(static _ => new AuthorityStatusSources());

    public void Add(IAuthorityStatusSource source)
    {
        while (true)
        {
            var current = Volatile.Read(ref _sources);
            if (current.Contains(source)
                || ReferenceEquals(Interlocked.CompareExchange(ref _sources, [.. current, source], current), current))
            {
                return;
            }
        }
    }

    /// <summary>The strictest answer of all.</summary>
    public AuthorityAdmission GetAdmission(Uri uri, long now)
    {
        var admission = AuthorityAdmission.Open;
        foreach (var source in Volatile.Read(ref _sources))
        {
            admission = admission.And(source.GetAdmission(uri, now));
        }

        return admission;
    }

    /// <summary>Admission, failures and utilization together.</summary>
    public AuthorityHealth GetHealth(Uri uri, long now) => new()
    {
        Admission = GetAdmission(uri, now).State,
        FailureRatio = GetFailureRatio(uri, now),
        Utilization = GetUtilization(uri),
    };

    /// <summary>Has all of them forget an authority that is no longer used.</summary>
    /// <returns>Whether nothing of it is left.</returns>
    public bool TryForget(string authority)
    {
        var forgotten = true;
        foreach (var source in Volatile.Read(ref _sources))
        {
            forgotten &= source.TryForget(authority);
        }

        return forgotten;
    }

    /// <summary>The highest of all.</summary>
    public double GetFailureRatio(Uri uri, long now)
    {
        var ratio = 0.0;
        foreach (var source in Volatile.Read(ref _sources))
        {
            ratio = Math.Max(ratio, source.GetFailureRatio(uri, now));
        }

        return ratio;
    }

    /// <summary>The highest of all.</summary>
    public double GetUtilization(Uri uri)
    {
        var utilization = 0.0;
        foreach (var source in Volatile.Read(ref _sources))
        {
            utilization = Math.Max(utilization, source.GetUtilization(uri));
        }

        return utilization;
    }
}
