namespace Resilience.Http.Content;

/// <summary>A content of the chain's own that stands in a request in place of the caller's.</summary>
internal interface IStandIn
{
    RequestBody Body { get; }
}
