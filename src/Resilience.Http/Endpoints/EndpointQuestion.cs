using Resilience.Http.Pipeline;

namespace Resilience.Http.Endpoints;

/// <summary>What the choice of an endpoint depends on besides the endpoints.</summary>
/// <param name="Now">Timestamp of the send.</param>
/// <param name="Tried">Where sends of the same call have gone.</param>
/// <param name="Refused">Where this send was refused locally.</param>
/// <param name="MayRepeat">Whether the request may be repeated if the send fails.</param>
internal readonly record struct EndpointQuestion(long Now, TriedEndpoints Tried, List<Endpoint> Refused, bool MayRepeat)
{
    /// <summary>Whether nothing was tried before.</summary>
    public bool IsFirst => Tried.Count == 0 && Refused.Count == 0;
}
