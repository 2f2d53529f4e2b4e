using System.Collections.Immutable;
using System.Net;

namespace Resilience.Http;

/// <summary>Settings of the answer that stands in when a call failed.</summary>
public sealed class HttpFallbackOptions
{
    /// <summary>The least time the fallback delegates of a call have together, however little is left of the total timeout.</summary>
    /// <value>
    /// Default: 500 ms. Allowed: 1 ms to 900 ms, within the second that <see cref="HttpClient.Timeout"/> leaves beyond the total timeout.
    /// </value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How old the last good answer to the same GET or HEAD may be to stand in for a failed one. If it cannot be seen for whom a request is
    /// sent, nothing is kept, and a warning says so: see <see cref="ShareStaleAnswers"/>.
    /// </summary>
    /// <value>Default: <see cref="TimeSpan.Zero"/>, off. Allowed: 1 s to 24 hours.</value>
    public TimeSpan StaleIfError { get; set; }

    /// <summary>
    /// Declares that the answer to a request is the same for all users: cookies, credentials and what handlers inside the chain add to a
    /// request do not choose it. Then nothing but the request itself, with the headers the caller gave it, distinguishes answers.
    /// </summary>
    /// <value>Default: <see langword="false"/>. If it is set wrongly, one user gets the answer of another in an outage.</value>
    public bool ShareStaleAnswers { get; set; }

    /// <summary>How many last good answers are kept for this client.</summary>
    /// <value>Default: 1000. Allowed: 1 to 1,000,000.</value>
    public int MaxStaleEntries { get; set; } = 1000;

    /// <summary>The longest body that is kept, in bytes; a longer one is not kept.</summary>
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
