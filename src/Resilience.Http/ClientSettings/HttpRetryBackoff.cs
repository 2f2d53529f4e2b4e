namespace Resilience.Http;

/// <summary>How the wait grows from one retry to the next.</summary>
public enum HttpRetryBackoff
{
    /// <summary>The wait doubles: BaseDelay, twice that, four times that, at most MaxDelay.</summary>
    Exponential,

    /// <summary>The wait grows evenly: BaseDelay, twice that, three times that, at most MaxDelay.</summary>
    Linear,

    /// <summary>The wait stays at BaseDelay. There is no jitter, unless one is set.</summary>
    Constant,
}
