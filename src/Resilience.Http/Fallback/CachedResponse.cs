using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Resilience.Http.Fallback;

/// <summary>A good answer as it is kept: status, headers and body, of which every use makes a response of its own.</summary>
internal sealed record CachedResponse
{
    private readonly HttpStatusCode _status;
    private readonly string? _reason;
    private readonly KeyValuePair<string, string[]>[] _headers;
    private readonly KeyValuePair<string, string[]>[] _contentHeaders;
    private readonly DateTimeOffset? _date;
    private readonly long _receivedAt;
    private readonly DateTimeOffset _receivedAtWall;
    private readonly TimeSpan _ageAtReceipt;
    private readonly StaleTerms _terms;

    /// <summary>All but the body, copied as the server sent it, without what belongs to the connection.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="terms">What the server says about its use.</param>
    /// <param name="delay">From the sending of the request to the answer.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="isHead">Whether it answers a HEAD, whose Content-Length is the length of another body than its own.</param>
    public CachedResponse(HttpResponseMessage response, StaleTerms terms, TimeSpan delay, TimeProvider clock, bool isHead)
    {
        _status = response.StatusCode;
        _reason = response.ReasonPhrase;
        _headers = EndToEnd.Headers(response.Headers);
        _contentHeaders = EndToEnd.ContentHeaders(response, keepsLength: isHead);
        _date = response.Headers.Date;
        _receivedAt = clock.GetTimestamp();
        _receivedAtWall = clock.GetUtcNow();
        _ageAtReceipt = StaleAge.AtReceipt(response.Headers, delay, _receivedAtWall);
        _terms = terms;
    }

    public byte[] Body { get; init; } = [];

    /// <summary>Where it stands in the order in which answers arrived.</summary>
    public required long Order { get; init; }

    /// <summary>Whether this one was made after another: by the servers' own dates, or else as they arrived (RFC 9111, 4).</summary>
    public bool IsNewerThan(CachedResponse other) =>
        _date is { } date && other._date is { } otherDate && date != otherDate ? date > otherDate : Order > other.Order;

    /// <summary>
    /// How old it is now. Of the two clocks the longer span counts: the wall clock may be set back, and the other stands still while a
    /// machine sleeps.
    /// </summary>
    public TimeSpan Age(TimeProvider clock)
    {
        var (elapsed, byWall) = (clock.GetElapsedTime(_receivedAt), clock.GetUtcNow() - _receivedAtWall);
        return _ageAtReceipt + (byWall > elapsed ? byWall : elapsed);
    }

    /// <summary>Whether it may serve at an age, as far as the server and the options say; the caller may want less.</summary>
    public bool MayServe(TimeSpan age, TimeSpan staleIfError) => age <= staleIfError && !(age > _terms.Limit);

    public bool IsWanted(TimeSpan age, RequestDirectives directives) => directives.Accept(age, _terms.Lifetime);

    /// <summary>A response made of it.</summary>
    public HttpResponseMessage ToResponse(HttpRequestMessage request, TimeSpan age)
    {
        var response = new HttpResponseMessage(_status)
        {
            ReasonPhrase = _reason,
            Version = request.Version,
            RequestMessage = request,
            Content = new ByteArrayContent(Body),
        };
        Add(_headers, response.Headers);
        Add(_contentHeaders, response.Content.Headers);
        response.Headers.Remove("Age");
        response.Headers.TryAddWithoutValidation("Age", ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        return response;
    }

    private static void Add(KeyValuePair<string, string[]>[] headers, HttpHeaders to)
    {
        foreach (var (name, values) in headers)
        {
            to.TryAddWithoutValidation(name, values);
        }
    }
}
