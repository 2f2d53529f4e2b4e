using System.Net.Sockets;
using Resilience.Http.Outcomes;

namespace Resilience.Http.IntegrationTests.Support;

/// <summary>How one attempt of a bare client ended: in words, and as the built-in table judges it.</summary>
internal sealed record Attempt(string Outcome, Judgement Judgement)
{
    /// <summary>Sends the request and reads no further than the headers, as the chain does.</summary>
    public static async Task<Attempt> SendAsync(
        HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        request.RequestUri = new Uri(client.BaseAddress!, request.RequestUri!);
        request.Version = client.DefaultRequestVersion; // HttpClient gives its defaults only to requests that it makes itself
        request.VersionPolicy = client.DefaultVersionPolicy;
        var begunWith = request.RequestUri;
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return new Attempt($"{(int)response.StatusCode}", OutcomeTable.Judge(response.StatusCode));
        }
        catch (Exception exception)
        {
            return new Attempt(
                Describe(exception),
                OutcomeTable.Judge(exception, ReferenceEquals(request.RequestUri, begunWith)) ?? new(AttemptVerdict.Ignored));
        }
    }

    public static Task<Attempt> GetAsync(HttpClient client, CancellationToken cancellationToken = default) =>
        SendAsync(client, new HttpRequestMessage(HttpMethod.Get, "things"), cancellationToken);

    /// <summary><c>HttpRequestException(ConnectionError) > SocketException(ConnectionRefused)</c></summary>
    public static string Describe(Exception exception)
    {
        var links = new List<string>();
        for (var each = exception; each is not null; each = each.InnerException)
        {
            links.Add(each switch
            {
                HttpRequestException { StatusCode: { } status } http => $"{http.GetType().Name}({http.HttpRequestError}, {(int)status})",
                HttpRequestException http => $"{http.GetType().Name}({http.HttpRequestError})",
                HttpProtocolException protocol => $"{protocol.GetType().Name}({protocol.HttpRequestError}, {protocol.ErrorCode})",
                HttpIOException io => $"{io.GetType().Name}({io.HttpRequestError})",
                SocketException socket => $"{socket.GetType().Name}({socket.SocketErrorCode})",
                _ => each.GetType().Name,
            });
        }

        return string.Join(" > ", links);
    }
}
