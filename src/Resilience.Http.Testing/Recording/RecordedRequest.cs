using System.Net.Http.Headers;
using System.Text;
using Resilience.Http.Testing.Time;

namespace Resilience.Http.Testing;

/// <summary>
/// One request as a <see cref="ScriptedServer"/> received it. It is a copy, so later changes to the request are not visible.
/// </summary>
public sealed class RecordedRequest
{
    private readonly Lock _gate = new();
    private byte[] _body = [];
    private string _answer = "body not received";
    private TimeSpan? _ended;

    internal RecordedRequest(int number, HttpRequestMessage request, TimeSpan time, DateTimeOffset at)
    {
        Number = number;
        Method = request.Method;
        Uri = request.RequestUri;
        Version = request.Version;
        Headers = HeadersOf(request);
        Time = time;
        At = at;
    }

    /// <summary>The position in the order of arrival, starting with 1.</summary>
    public int Number { get; }

    /// <summary>The method.</summary>
    public HttpMethod Method { get; }

    /// <summary>The URI of the request.</summary>
    public Uri? Uri { get; }

    /// <summary>The HTTP version of the request.</summary>
    public Version Version { get; }

    /// <summary>
    /// All headers, including those of the content. Names are case-insensitive. Several values are joined with <c>", "</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The bytes of the body; empty if there was none, or if it was not received completely.</summary>
    public ReadOnlyMemory<byte> Body
    {
        get
        {
            lock (_gate)
            {
                return _body;
            }
        }
    }

    /// <summary>The body read as UTF-8.</summary>
    public string BodyText => Encoding.UTF8.GetString(Body.Span);

    /// <summary>When its headers arrived, before the body, as the time since the server was created.</summary>
    public TimeSpan Time { get; }

    /// <summary>When its headers arrived, by the wall clock of the server.</summary>
    public DateTimeOffset At { get; }

    /// <summary>
    /// What the server did with the request, in a few words: <c>503 ServiceUnavailable</c>, <c>hangs</c>, <c>resets the connection</c>,
    /// <c>body not received</c>.
    /// </summary>
    public string Answer
    {
        get
        {
            lock (_gate)
            {
                return _answer;
            }
        }
    }

    /// <summary>
    /// When it was answered (up to the headers), failed or was canceled, as the time since the server was created. It is
    /// <see langword="null"/> if the request still waits.
    /// </summary>
    public TimeSpan? Ended
    {
        get
        {
            lock (_gate)
            {
                return _ended;
            }
        }
    }

    /// <summary>The request in one line.</summary>
    /// <returns>For example, <c>#2 +0.2 s GET https://payments.internal/ -> 503 ServiceUnavailable</c>.</returns>
    public override string ToString() => $"#{Number} +{ExactDuration.Format(Time)} {Method} {Uri} -> {Outcome()}";

    internal void Begin(byte[] body, string answer)
    {
        lock (_gate)
        {
            _body = body;
            _answer = answer;
        }
    }

    internal void End(TimeSpan time, bool canceled)
    {
        lock (_gate)
        {
            _ended = time;
            _answer = canceled ? $"{_answer}, cancelled" : _answer;
        }
    }

    /// <summary>The answer, with the time it took if it took any.</summary>
    internal string Outcome()
    {
        lock (_gate)
        {
            return _ended is { } ended && ended > Time ? $"{_answer}, took {ExactDuration.Format(ended - Time)}" : _answer;
        }
    }

    private static Dictionary<string, string> HeadersOf(HttpRequestMessage request)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Add(request.Headers.NonValidated);
        if (request.Content is { } content)
        {
            Add(content.Headers.NonValidated);
        }

        return headers;

        void Add(HttpHeadersNonValidated source)
        {
            foreach (var (name, values) in source)
            {
                headers[name] = string.Join(", ", values);
            }
        }
    }
}
