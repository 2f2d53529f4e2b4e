using System.Globalization;
using System.Net;

namespace Resilience.Http.Fallback;

/// <summary>A good answer as it is kept: status, headers and body, of which every use makes a response of its own.</summary>
internal sealed record StaleAnswer
{
    private readonly HttpStatusCode _status;
    private readonly string? _reason;
    private readonly Version _version;
    private readonly KeyValuePair<string, string[]>[] _headers;
    private readonly KeyValuePair<string, string[]>[] _contentHeaders;
    private readonly long _receivedAt;
    private readonly TimeSpan _ageAtReceipt;
    private readonly TimeSpan _limit;

    /// <summary>All but the body, copied as the server sent it.</summary>
    public StaleAnswer(HttpResponseMessage response, long receivedAt, TimeSpan limit)
    {
        _status = response.StatusCode;
        _reason = response.ReasonPhrase;
        _version = response.Version;
        _headers = Copy(response.Headers.NonValidated);
        _contentHeaders = Copy(response.Content.Headers.NonValidated);
        _receivedAt = receivedAt;
        _ageAtReceipt = response.Headers.Age ?? TimeSpan.Zero;
        _limit = limit;
    }

    public byte[] Body { get; init; } = [];

    /// <summary>A response made of it, or <see langword="null"/> where it is too old.</summary>
    public HttpResponseMessage? Revive(HttpRequestMessage request, TimeProvider clock, TimeSpan staleIfError)
    {
        var age = _ageAtReceipt + clock.GetElapsedTime(_receivedAt);
        if (age > _limit || age > staleIfError)
        {
            return null;
        }

        var response = new HttpResponseMessage(_status)
        {
            ReasonPhrase = _reason,
            Version = _version,
            RequestMessage = request,
            Content = new ByteArrayContent(Body),
        };
        Add(_headers, response.Headers);
        Add(_contentHeaders, response.Content.Headers);
        response.Headers.Remove("Age");
        response.Headers.TryAddWithoutValidation("Age", ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        return response;
    }

    private static KeyValuePair<string, string[]>[] Copy(System.Net.Http.Headers.HttpHeadersNonValidated headers) =>
        [.. headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToArray()))];

    private static void Add(KeyValuePair<string, string[]>[] headers, System.Net.Http.Headers.HttpHeaders to)
    {
        foreach (var (name, values) in headers)
        {
            to.TryAddWithoutValidation(name, values);
        }
    }
}
