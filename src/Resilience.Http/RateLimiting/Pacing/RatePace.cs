namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>
/// The pace of a rate: the bucket of this process, or the permits that it is granted out of a rate that several processes share. If these
/// cannot be had, the bucket fills with its share.
/// </summary>
internal sealed class RatePace(TokenRate rate, bool isShared, PermitSourceSlot slot, long now) : IPace
{
    private readonly TokenBucket _bucket = new(rate, now);
    private TokenRate _rate = rate;
    private bool _isShared = isShared;
    private int? _replicas;
    private bool _takesGrant;
    private GrantedPermits? _granted; // Made when a fleet shares the rate.

    public GrantedPermits Granted => _granted ??= new(_rate);

    /// <summary>Whether sends go by grants now.</summary>
    public bool IsGranted => _isShared && _replicas is null && slot.Source is not null;

    public bool IsFull(long now) => !_isShared && _bucket.IsFull(now);

    /// <summary>How much is used up: 0 is nothing, 1 is all.</summary>
    public double UtilizationAt(long now) => IsGranted
        ? Granted.SlotAt(now, 0) <= now ? 0 : 1
        : _bucket.UtilizationAt(now);

    public long SlotAt(long now, int ahead)
    {
        _takesGrant = IsGranted; // The source may come or go before the slot is taken.
        return _takesGrant ? Granted.SlotAt(now, ahead) : _bucket.SlotAt(now, ahead);
    }

    public void Take(long now)
    {
        if (_takesGrant)
        {
            Granted.Take(now);
        }
        else
        {
            _bucket.Take(now);
        }
    }

    public void GiveBack(long now, long takenAt)
    {
        if (IsGranted)
        {
            Granted.GiveBack(now, takenAt);
        }
        else
        {
            _bucket.GiveBack(now, takenAt);
        }
    }

    public void Change(TokenRate rate, bool isShared, long now)
    {
        (_rate, _isShared) = (rate, isShared);
        _granted?.Change(rate);
        ChangeBucket(now);
    }

    /// <summary>Permits were granted, or the answer was that there are none now.</summary>
    public void Grant(IReadOnlyList<GrantedWindow> granted, long nextAt, long now)
    {
        Granted.Add(granted, nextAt);
        EndShare(now);
    }

    /// <summary>Sends no longer go by the share of this process.</summary>
    public void EndShare(long now)
    {
        if (_replicas is not null)
        {
            _replicas = null;
            ChangeBucket(now);
        }
    }

    /// <summary>No permits can be had: each of so many processes sends its share.</summary>
    public void ShareAmong(int replicas, long now)
    {
        _granted?.Clear();
        _replicas = replicas;
        ChangeBucket(now);
    }

    private void ChangeBucket(long now) => _bucket.Change(_isShared && _replicas is { } replicas ? ShareOf(_rate, replicas) : _rate, now);

    /// <summary>It may be used up at once by as much as a window brings, as with grants.</summary>
    private static TokenRate ShareOf(TokenRate rate, int replicas) => rate with
    {
        Period = rate.Period * replicas,
        Burst = Math.Max(1, Math.Min(rate.Burst, rate.Permits / GrantedPermits.Windows) / replicas),
    };
}
