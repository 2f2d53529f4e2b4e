using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Flurl.Http;
using Resilience.Http.LibraryTests.Support;
using RestSharp;

namespace Resilience.Http.LibraryTests;

/// <summary>Files and forms that a library writes from a stream which can be read once are sent again as they were.</summary>
public sealed class UploadTests
{
    private static readonly byte[] File = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("line of a file\n", 1_000)));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Flurl_sends_a_form_with_a_file_again() => UploadsAsync(bench =>
        new FlurlClient(bench.Client).Request("files/1").PutAsync(Form(), cancellationToken: Cancellation));

    [Fact]
    public Task RestSharp_sends_a_form_with_a_file_again() => UploadsAsync(async bench =>
        (await new RestClient(bench.Client).ExecuteAsync(
            new RestRequest("files/1", RestSharp.Method.Put).AddFile("file", () => new OneShot(File), "f.txt"),
            Cancellation)).ThrowIfError());

    [Fact]
    public Task Azure_sends_a_stream_again() => UploadsAsync(async bench =>
    {
        var pipeline = HttpPipelineBuilder.Build(
            new FilesOptions { Transport = new HttpClientTransport(bench.Client), Retry = { MaxRetries = 0 } });
        using var message = pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Put;
        message.Request.Uri.Reset(new Uri(bench.Server.Address, "files/1"));
        message.Request.Content = RequestContent.Create(new MemoryStream(File));
        await pipeline.SendAsync(message, Cancellation);
    });

    private static MultipartFormDataContent Form() =>
        new() { { new StreamContent(new OneShot(File)), "file", "f.txt" }, { new StringContent("tea"), "name" } };

    private static async Task UploadsAsync(Func<Bench, Task> upload)
    {
        await using var bench = await Bench.StartAsync(
            Answers.FailingFirst(2, "{}"), Bench.Plain, options => options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1));

        await upload(bench);

        Assert.Equal(3, bench.Server.Arrivals.Count);
        Assert.All(bench.Server.Arrivals, arrival => Assert.True(arrival.Body.AsSpan().IndexOf(File) >= 0));
        Assert.All(bench.Server.Arrivals, arrival => Assert.Equal(bench.Server.Arrivals[0].Body, arrival.Body));
    }

    private sealed class FilesOptions : ClientOptions;

    /// <summary>A stream like that of a request or a pipe: it has one way.</summary>
    private sealed class OneShot(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override long Seek(long offset, SeekOrigin loc) => throw new NotSupportedException();
    }
}
