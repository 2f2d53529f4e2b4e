using System.Net.Http.Headers;

namespace Resilience.Http.Chaos.Faults;

/// <summary>Which requests of a client are meant.</summary>
internal sealed class RequestMatch
{
    private readonly string[] _methods;
    private readonly string? _pathPrefix;
    private readonly string? _header;
    private readonly string? _headerValue;

    public RequestMatch(HttpChaosMatchOptions? options)
    {
        _methods = [.. options?.Methods ?? []];
        _pathPrefix = options?.PathPrefix;
        if (options?.Header?.Split(':', 2, StringSplitOptions.TrimEntries) is [var name, .. var value])
        {
            _header = name;
            _headerValue = value is [var wanted] ? wanted : null;
        }
    }

    public bool Includes(HttpRequestMessage request) => HasMethod(request) && HasPath(request) && HasHeader(request);

    /// <summary>In words, for the log: of the header only the name, since its value may be a secret.</summary>
    public override string ToString()
    {
        var methods = _methods.Length == 0 ? "" : $" for {string.Join(", ", _methods)}";
        var path = _pathPrefix is null ? "" : $" on {_pathPrefix}*";
        var header = _header is null ? "" : $" with {_header}";
        return methods + path + header;
    }

    private bool HasMethod(HttpRequestMessage request) =>
        _methods.Length == 0 || _methods.Contains(request.Method.Method, StringComparer.OrdinalIgnoreCase);

    private bool HasPath(HttpRequestMessage request) =>
        _pathPrefix is null
        || (request.RequestUri is { IsAbsoluteUri: true } uri && uri.AbsolutePath.StartsWith(_pathPrefix, StringComparison.Ordinal));

    private bool HasHeader(HttpRequestMessage request) =>
        _header is null || IsIn(request.Headers) || (request.Content is { } content && IsIn(content.Headers));

    private bool IsIn(HttpHeaders headers) =>
        headers.NonValidated.TryGetValues(_header!, out var values)
        && (_headerValue is null || values.Contains(_headerValue, StringComparer.OrdinalIgnoreCase));
}
