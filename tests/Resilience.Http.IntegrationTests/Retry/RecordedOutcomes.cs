using System.Net;
using System.Net.Sockets;
using Resilience.Http.Outcomes;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>Sends requests that fail, and compares what is thrown and the verdict on it.</summary>
internal static class RecordedOutcomes
{
    public static readonly Judgement NothingSent = new(AttemptVerdict.Transient, JudgementTraits.NothingSent);
    public static readonly Judgement Transient = new(AttemptVerdict.Transient);
    public static readonly Judgement Throttled = new(AttemptVerdict.Transient, JudgementTraits.Throttled | JudgementTraits.RatioOnly);
    public static readonly Judgement Failure = new(AttemptVerdict.Failure);
    public static readonly Judgement Ignored = new(AttemptVerdict.Ignored);

    public static async Task ExpectAsync(HttpRequestError error, Judgement judgement, Uri uri) =>
        await ExpectAsync(error, judgement, Get(uri));

    public static async Task ExpectAsync(
        HttpRequestError error, Judgement judgement, HttpRequestMessage request, SocketsHttpHandler? sockets = null)
    {
        using var handler = sockets ?? Sockets();
        using (request)
        {
            var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(handler, request));

            Assert.Equal(error, thrown.HttpRequestError);
            Assert.Equal(judgement, OutcomeTable.Judge(thrown, requestUntouched: true));
        }
    }

    public static async Task SendAsync(SocketsHttpHandler sockets, HttpRequestMessage request)
    {
        using var invoker = new HttpMessageInvoker(sockets, disposeHandler: false);
        using var response = await invoker.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Reads the head of one request, sends some text and ends the connection.</summary>
    public static RawServer Answering(string? text, Action<Socket>? end = null) => new(async (connection, stop) =>
    {
        await RawServer.ReadHeadAsync(connection, stop);
        if (text is not null)
        {
            await RawServer.SendAsync(connection, text, stop);
        }

        end?.Invoke(connection);
    });

    public static async Task HangAsync(Socket connection, CancellationToken stop)
    {
        var any = new byte[4096];
        while (await connection.ReceiveAsync(any, stop) > 0)
        {
        }
    }

    public static SocketsHttpHandler Sockets() => new() { UseProxy = false };

    public static HttpRequestMessage Get(Uri uri) => new(HttpMethod.Get, uri);

    public static HttpRequestMessage Http2(Uri uri, HttpMethod? method = null) =>
        new(method ?? HttpMethod.Get, uri) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
}
