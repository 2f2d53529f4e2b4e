namespace Resilience.Http.Pipeline;

/// <summary>A feature that counts the sends of a service that are in flight.</summary>
internal interface IInFlightSource
{
    /// <summary>Whether all sends of the service pass through it at present.</summary>
    bool IsCounting { get; }

    /// <summary>Whether it is asked before a source that is not.</summary>
    bool IsPreferred => false;

    /// <summary>The sends in flight, by the authority as metrics name it.</summary>
    IEnumerable<(string AuthorityTag, long InFlight)> CountInFlight();
}
