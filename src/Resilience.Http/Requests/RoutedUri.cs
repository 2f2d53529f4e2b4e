namespace Resilience.Http.Requests;

/// <summary>
/// The URI of a request that an endpoint was chosen for. It knows what the caller asked, so a request that comes back to the chain, as
/// from a retry around it, is routed again and not taken for one to another authority.
/// </summary>
internal sealed class RoutedUri : Uri
{
    public RoutedUri(string uri, Uri original)
        : base(uri) => Original = original;

    public RoutedUri(string uri, Uri original, in UriCreationOptions options)
        : base(uri, options) => Original = original;

    /// <summary>The URI that the caller asked for.</summary>
    public Uri Original { get; }

    /// <summary>Whether the <c>Host</c> header of the request belongs to the endpoint and not to the caller.</summary>
    public bool SetsHost { get; init; }

    /// <summary>The URI that the caller asked for, whatever endpoint it was routed to.</summary>
    public static Uri? OriginalOf(Uri? uri) => uri is RoutedUri routed ? routed.Original : uri;
}
