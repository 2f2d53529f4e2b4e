using Resilience.Http.Requests;

namespace Resilience.Http;

/// <summary>
/// How the deadline of a call is sent to the service that is called, and how it follows the deadline of the request that the app is
/// handling.
/// </summary>
public sealed class HttpDeadlineOptions
{
    internal const string UsualHeader = "X-Deadline-Ms";

    private HashSet<string>? _excluded;

    /// <summary>Whether each request has a header with the time that its caller still waits for the answer.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Propagate { get; set; }

    /// <summary>
    /// The name of the request header with the time left, in whole milliseconds. A gRPC request has <c>grpc-timeout</c> instead.
    /// </summary>
    /// <value>Default: <c>X-Deadline-Ms</c>.</value>
    public string Header { get; set; } = UsualHeader;

    /// <summary>
    /// The time subtracted from an inherited deadline (that of the incoming request), so that the app can still answer after a call has
    /// failed.
    /// </summary>
    /// <value>Default: 0. Allowed: 0 to 24 hours.</value>
    public TimeSpan Reserve { get; set; }

    /// <summary>
    /// Authorities that do not get the header, such as those of third parties. Each is a scheme, a host and a port:
    /// <c>https://api.example.com</c>.
    /// </summary>
    /// <value>Default: none.</value>
    public IList<string> Exclude { get; set; } = [];

    /// <summary>Whether requests to this URI go without the header. Not asked before the options are in force, and unchanged.</summary>
    internal bool Excludes(Uri? uri) => Exclude.Count > 0
        && Authority.Find(uri) is { } authority
        && (_excluded ??= ReadExcluded()).Contains(authority);

    internal HttpDeadlineOptions Copy()
    {
        var copy = (HttpDeadlineOptions)MemberwiseClone();
        copy.Exclude = [.. Exclude ?? []];
        copy._excluded = null;
        return copy;
    }

    private HashSet<string> ReadExcluded()
    {
        var excluded = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in Exclude)
        {
            if (Authority.TryParse(text, out var authority))
            {
                excluded.Add(authority);
            }
        }

        return excluded;
    }
}
