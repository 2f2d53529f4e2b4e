namespace Resilience.Http;

/// <summary>Which requests of a client are meant: those for which all that is set here is true.</summary>
public sealed class HttpChaosMatchOptions
{
    /// <summary>The methods, as <c>GET</c>.</summary>
    /// <value>Default: none, which means all.</value>
    public IList<string> Methods { get; set; } = [];

    /// <summary>What the path begins with, case and all: <c>/charges</c> also means <c>/charges/7</c> and <c>/chargeset</c>.</summary>
    /// <value>Default: <see langword="null"/>, any path. Must begin with <c>/</c>.</value>
    public string? PathPrefix { get; set; }

    /// <summary>A header that the request carries: its name, or <c>name: value</c>.</summary>
    /// <value>Default: <see langword="null"/>, whatever the headers are.</value>
    public string? Header { get; set; }
}
