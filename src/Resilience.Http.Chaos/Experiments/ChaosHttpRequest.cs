using Resilience.Http.Chaos.Experiments.Running;

namespace Resilience.Http;

/// <summary>An HTTP request that an experiment sends: from outside, through none of the app's own clients.</summary>
public sealed class ChaosHttpRequest
{
    /// <summary>Makes a request.</summary>
    /// <param name="url">Where to, absolute: <c>http://localhost:5000/orders/1</c>.</param>
    /// <exception cref="ArgumentException">The address is not an absolute <c>http</c> or <c>https</c> one.</exception>
    public ChaosHttpRequest(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        Url = url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url
            : throw new ArgumentException($"'{url}' is not an absolute http or https address.", nameof(url));
    }

    /// <summary>Where to.</summary>
    public Uri Url { get; }

    /// <summary>The method.</summary>
    /// <value>Default: <c>GET</c>.</value>
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>The header entries, content headers included.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The body, sent as UTF-8.</summary>
    /// <value>Default: <see langword="null"/>, no body.</value>
    public string? Body { get; init; }

    /// <summary>How long the whole answer may take, its body included.</summary>
    /// <value>Default: 30 seconds. Allowed: more than no time; 49 days are the longest that is waited for.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is not more than no time.</exception>
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

    /// <summary>Method and address, without user and query, which may hold what belongs in no log: <c>GET http://localhost:5000/orders/1</c>.</summary>
    public override string ToString() =>
        Secrets.Redact($"{Method} {Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}");
}
