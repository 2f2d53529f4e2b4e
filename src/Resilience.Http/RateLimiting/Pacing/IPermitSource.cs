namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>
/// Grants permits of a rate that several processes share. The package of the fleet sets one; without it a rate is that of one process.
/// </summary>
internal interface IPermitSource
{
    /// <summary>A send begins to wait for a permit. Must return at once.</summary>
    void OnWaiting(RateBucket bucket);
}

/// <summary>The source of one container; <see langword="null"/> as long as there is none.</summary>
internal sealed class PermitSourceSlot
{
    private volatile IPermitSource? _source;

    public IPermitSource? Source
    {
        get => _source;
        set => _source = value;
    }
}
