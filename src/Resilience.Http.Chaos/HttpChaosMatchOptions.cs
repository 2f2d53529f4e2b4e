namespace Resilience.Http;

/// <summary>The requests of a client that get faults: those that meet all conditions that are set here.</summary>
public sealed class HttpChaosMatchOptions
{
    /// <summary>The methods, such as <c>GET</c>.</summary>
    /// <value>Default: none, which means all.</value>
    public IList<string> Methods { get; set; } = [];

    /// <summary>The beginning of the path, case-sensitive: <c>/charges</c> also matches <c>/charges/7</c> and <c>/chargeset</c>.</summary>
    /// <value>Default: <see langword="null"/>, any path. Must begin with <c>/</c>.</value>
    public string? PathPrefix { get; set; }

    /// <summary>A header that the request must have: its name, or <c>name: value</c>.</summary>
    /// <value>Default: <see langword="null"/>, any headers.</value>
    public string? Header { get; set; }
}
