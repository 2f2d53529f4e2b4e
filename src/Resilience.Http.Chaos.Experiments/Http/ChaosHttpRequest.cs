using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http;

/// <summary>An HTTP request that an experiment sends. It does not use the clients of the app.</summary>
public sealed class ChaosHttpRequest
{
    /// <summary>Creates a request.</summary>
    /// <param name="url">The absolute address: <c>http://localhost:5000/orders/1</c>.</param>
    /// <exception cref="ArgumentException">The address is not an absolute <c>http</c> or <c>https</c> one.</exception>
    public ChaosHttpRequest(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        Url = url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url
            : throw new ArgumentException($"'{url}' is not an absolute http or https address.", nameof(url));
    }

    /// <summary>The absolute address.</summary>
    public Uri Url { get; }

    /// <summary>The method.</summary>
    /// <value>Default: <c>GET</c>.</value>
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>The headers, including content headers.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The body, sent as UTF-8.</summary>
    /// <value>Default: <see langword="null"/>, no body.</value>
    public string? Body { get; init; }

    /// <summary>How long the whole response may take, including its body.</summary>
    /// <value>Default: 30 seconds. Allowed: more than zero; more than 49 days count as 49 days.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or negative.</exception>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>The secrets of the file that the request was read from.</summary>
    internal Secrets Secrets { get; init; } = new();

    /// <summary>
    /// The method and the address, without user name and query, which may contain secrets: <c>GET http://localhost:5000/orders/1</c>.
    /// </summary>
    public override string ToString() =>
        Secrets.Redact($"{Method} {Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}");
}
