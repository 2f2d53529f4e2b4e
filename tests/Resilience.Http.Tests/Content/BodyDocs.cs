using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Content;

/// <summary>The snippet of docs/bodies.md, run.</summary>
public sealed class BodyDocs
{
    [Fact]
    public async Task The_upload_of_the_page_is_sent_with_the_longer_limit()
    {
        var clock = new VirtualTimeProvider();
        var server = new UploadServer(clock) { PerWrite = TimeSpan.FromSeconds(1) };
        using var files = new HttpClient(ResilientHttpHandler.Create("files", new(), server, clock)) { Timeout = Timeout.InfiniteTimeSpan };

        Assert.Equal(
            HttpStatusCode.OK,
            await clock.RunAsync(() => UploadAsync(files, new MemoryStream(new byte[1024 * 1024]), CancellationToken.None)));

        Assert.Equal(TimeSpan.FromSeconds(64), clock.Elapsed);
    }

    private static async Task<HttpStatusCode> UploadAsync(HttpClient files, Stream video, CancellationToken cancellationToken)
    {
        #region upload
        var upload = new HttpRequestMessage(HttpMethod.Put, "https://files.internal/videos/17") { Content = new StreamContent(video) };
        upload.Headers.ExpectContinue = true;
        using var response = await files.SendAsync(upload.WithTotalTimeout(TimeSpan.FromHours(1)), cancellationToken);
        #endregion
        return response.StatusCode;
    }
}
