using System.Collections.Immutable;
using System.Net;

namespace Resilience.Http;

/// <summary>Settings of the answers to calls that failed.</summary>
public sealed class HttpFallbackOptions
{
    /// <summary>The least time that all fallback delegates of a call have together, even if less is left of the total timeout.</summary>
    /// <value>
    /// Default: 500 ms. Allowed: 1 ms to 900 ms, because <see cref="HttpClient.Timeout"/> ends a call one second after the total timeout.
    /// </value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How old the last good answer to the same GET or HEAD may be to answer a failed call. If the chain cannot see for which user a
    /// request is sent, it keeps nothing, and a Warning says so: see <see cref="ShareStaleAnswers"/>.
    /// </summary>
    /// <value>Default: <see cref="TimeSpan.Zero"/>, off. Allowed: 1 s to 24 hours.</value>
    public TimeSpan StaleIfError { get; set; }

    /// <summary>
    /// Declares that answers do not depend on the user. Then only the caller's own request, headers included, selects a stored answer. It
    /// also serves requests for which the primary handler has other cookies or credentials, or inner handlers add other headers.
    /// </summary>
    /// <value>
    /// Default: <see langword="false"/>. Needs <see cref="StaleIfError"/>. If it is set although answers differ by user, one user gets
    /// another user's answer in an outage.
    /// </value>
    public bool ShareStaleAnswers { get; set; }

    /// <summary>How many answers are kept for this client.</summary>
    /// <value>Default: 1000. Allowed: 1 to 1,000,000.</value>
    public int MaxStaleEntries { get; set; } = 1000;

    /// <summary>The longest response body that is kept, in bytes.</summary>
    /// <value>Default: 65,536 (64 KiB). Allowed: 0 to 16,777,216 (16 MiB).</value>
    public int MaxStaleBody { get; set; } = 64 * 1024;

    /// <summary>The status of a fixed answer to a failed GET or HEAD.</summary>
    /// <value>Default: <see langword="null"/>, no fixed answer. Allowed: 200 to 599.</value>
    public HttpStatusCode? StatusCode { get; set; }

    /// <summary>The body of the fixed answer, sent as UTF-8.</summary>
    /// <value>Default: <see langword="null"/>, an empty body. Needs <see cref="StatusCode"/>.</value>
    public string? Content { get; set; }

    /// <summary>The media type of <see cref="Content"/>.</summary>
    /// <value>Default: <see langword="null"/>, which means <c>application/json</c>. Needs <see cref="Content"/>.</value>
    public string? MediaType { get; set; }

    /// <summary>The delegates of <c>AddFallback</c>, in the order in which they are asked.</summary>
    internal ImmutableArray<Func<FallbackContext, CancellationToken, ValueTask<HttpResponseMessage?>>> Delegates { get; private set; } = [];

    internal bool IsOff => Delegates.IsEmpty && StatusCode is null && StaleIfError <= TimeSpan.Zero;

    internal void Add(Func<FallbackContext, CancellationToken, ValueTask<HttpResponseMessage?>> fallback) =>
        Delegates = Delegates.Add(fallback);

    internal HttpFallbackOptions Copy() => (HttpFallbackOptions)MemberwiseClone();
}
