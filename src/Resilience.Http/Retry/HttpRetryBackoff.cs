namespace Resilience.Http;

/// <summary>How the wait grows from one retry to the next.</summary>
public enum HttpRetryBackoff
{
    /// <summary>Doubles: BaseDelay, twice that, four times that.</summary>
    Exponential,

    /// <summary>Grows evenly: BaseDelay, twice that, three times that.</summary>
    Linear,

    /// <summary>Stays at BaseDelay, without jitter unless one is set.</summary>
    Constant,
}
