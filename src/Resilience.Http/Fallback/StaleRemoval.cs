namespace Resilience.Http.Fallback;

/// <summary>Which of the kept answers an answer removes.</summary>
internal enum StaleRemoval
{
    None,

    /// <summary>Those at its address that were kept for the same caller.</summary>
    OfCaller,

    /// <summary>All at its address, of all callers.</summary>
    OfAddress,
}
