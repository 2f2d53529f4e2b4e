using System.Net;
using System.Text;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>A response under a body limit is the response that the server sent.</summary>
public sealed class BodyContentTests : IDisposable
{
    private readonly TimeoutWorld _world = new(o => o.BodyIdleTimeout = TimeSpan.FromSeconds(2));

    [Fact]
    public async Task Without_a_limit_the_content_is_left_alone()
    {
        _world.Options.BodyIdleTimeout = Timeout.InfiniteTimeSpan;
        var content = new StringContent("body");

        var response = await SendAsync(content);

        Assert.Same(content, response.Content);
    }

    [Fact]
    public async Task A_connection_that_changes_its_protocol_is_left_alone()
    {
        var content = new StreamContent(new DripStream(_world.Clock));

        var response = await SendAsync(content, HttpStatusCode.SwitchingProtocols);

        Assert.Same(content, response.Content);
    }

    [Fact]
    public async Task A_tunnel_is_read_and_written_as_the_server_handed_it_over()
    {
        var tunnel = new TunnelContent(); // What a WebSocket over HTTP/2 runs through: a CONNECT answered with 200.

        var response = await SendAsync(tunnel);

        Assert.Same(tunnel.Stream, await response.Content.ReadAsStreamAsync());
    }

    [Fact]
    public async Task Every_header_entry_stays_as_it_was_sent()
    {
        var content = new StreamContent(new DripStream(_world.Clock));
        content.Headers.TryAddWithoutValidation("Content-Type", "not; a=valid=type");
        content.Headers.TryAddWithoutValidation("Content-Language", ["de", "en"]);
        content.Headers.TryAddWithoutValidation("X-Custom", "1");
        content.Headers.ContentLength = 100;

        var response = await SendAsync(content);

        Assert.NotSame(content, response.Content);
        Assert.Equal(content.Headers.NonValidated.Select(Text), response.Content.Headers.NonValidated.Select(Text));
        Assert.Equal(100, response.Content.Headers.ContentLength);

        static string Text(KeyValuePair<string, System.Net.Http.Headers.HeaderStringValues> header) =>
            $"{header.Key}: {string.Join('|', header.Value)}";
    }

    [Fact]
    public async Task A_length_that_is_not_known_stays_unknown()
    {
        var response = await SendAsync(new StreamContent(new DripStream(_world.Clock)));

        Assert.Null(response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Trailers_stay_readable_once_the_body_has_ended()
    {
        var answer = new HttpResponseMessage { Content = new StreamContent(new DripStream(_world.Clock, TimeSpan.Zero)) };
        answer.TrailingHeaders.Add("X-Checksum", "42");

        var response = await _world.SendAsync(_world.Server(script => script.Then((_, _) => Task.FromResult(answer)).Always()));
        await response.Content.ReadAsByteArrayAsync();

        Assert.Equal("42", Assert.Single(response.TrailingHeaders.GetValues("X-Checksum")));
    }

    [Fact]
    public async Task A_body_in_memory_keeps_its_length_and_may_be_read_more_than_once()
    {
        var response = await SendAsync(new StringContent("äbc"));
        Assert.Equal(4, response.Content.Headers.ContentLength);

        for (var i = 0; i < 2; i++)
        {
            using var copy = new MemoryStream();
            await response.Content.CopyToAsync(copy);
            response.Content.CopyTo(copy, null, CancellationToken.None);
            Assert.Equal("äbcäbc", Encoding.UTF8.GetString(copy.ToArray()));
        }

        Assert.Equal("äbc", await response.Content.ReadAsStringAsync());
        Assert.Equal("äbc", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_body_from_a_connection_is_not_treated_as_a_whole_one_when_it_is_read_again()
    {
        var response = await SendAsync(new StreamContent(new DripStream(_world.Clock, TimeSpan.Zero)));
        await response.Content.CopyToAsync(Stream.Null);

        await Assert.ThrowsAsync<InvalidOperationException>(() => response.Content.CopyToAsync(Stream.Null));
        Assert.Throws<InvalidOperationException>(() => response.Content.CopyTo(Stream.Null, null, CancellationToken.None));
    }

    [Fact]
    public async Task A_buffered_body_is_read_from_its_buffer()
    {
        var response = await SendAsync(new StreamContent(new DripStream(_world.Clock, TimeSpan.Zero, TimeSpan.Zero)));

        await response.Content.LoadIntoBufferAsync();

        Assert.Equal("xxxxxxxxxx", await response.Content.ReadAsStringAsync());
        Assert.Equal("xxxxxxxxxx", await response.Content.ReadAsStringAsync());
        Assert.Equal(10, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_body_whose_stream_a_handler_inside_disposed_of_is_read_from_its_buffer()
    {
        var server = _world.Server(script => script.Then((_, _) =>
            Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new DripStream(_world.Clock, TimeSpan.Zero)) }))
                .Always());
        var response = await _world.SendAsync(new BufferingHandler { InnerHandler = server });
        using var copy = new MemoryStream();

        await response.Content.CopyToAsync(copy);
        response.Content.CopyTo(copy, null, CancellationToken.None);
        using (var body = await response.Content.ReadAsStreamAsync())
        {
            await body.CopyToAsync(copy);
        }

        await response.Content.CopyToAsync(copy);
        Assert.Equal(new string('x', 4 * DripStream.Piece), Encoding.UTF8.GetString(copy.ToArray()));
    }

    [Theory]
    [InlineData("response")]
    [InlineData("response, after its stream was taken")]
    [InlineData("stream")]
    [InlineData("stream, asynchronously")]
    [InlineData("copied to its end")]
    public async Task Disposal_reaches_the_body_itself(string way)
    {
        var body = new DripStream(_world.Clock, TimeSpan.Zero);
        var response = await SendAsync(new StreamContent(body));
        switch (way)
        {
            case "response":
                response.Dispose();
                break;
            case "response, after its stream was taken":
                await response.Content.ReadAsStreamAsync();
                response.Dispose();
                break;
            case "stream":
                (await response.Content.ReadAsStreamAsync()).Dispose();
                break;
            case "stream, asynchronously":
                await (await response.Content.ReadAsStreamAsync()).DisposeAsync();
                break;
            default:
                await response.Content.CopyToAsync(Stream.Null);
                break;
        }

        Assert.True(body.IsDisposed);
        response.Dispose();
    }

    [Fact]
    public async Task The_stream_only_reads()
    {
        var response = await SendAsync(new StreamContent(new DripStream(_world.Clock, TimeSpan.Zero)));
        await using var body = await response.Content.ReadAsStreamAsync();

        Assert.True(body.CanRead);
        Assert.False(body.CanSeek);
        Assert.False(body.CanWrite);
        Assert.Throws<NotSupportedException>(() => body.Length);
        Assert.Throws<NotSupportedException>(() => body.Position);
        Assert.Throws<NotSupportedException>(() => body.Position = 0);
        Assert.Throws<NotSupportedException>(() => body.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => body.SetLength(1));
        Assert.Throws<NotSupportedException>(() => body.Write([1], 0, 1));
        body.Flush();
        Assert.Same(body, await response.Content.ReadAsStreamAsync());
    }

    public void Dispose() => _world.Dispose();

    private Task<HttpResponseMessage> SendAsync(HttpContent content, HttpStatusCode status = HttpStatusCode.OK) =>
        _world.SendAsync(
            _world.Server(
                script => script.Then((_, _) => Task.FromResult(new HttpResponseMessage(status) { Content = content })).Always()));

    private sealed class TunnelContent : HttpContent
    {
        public Stream Stream { get; } = new TunnelStream();

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(Stream);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class TunnelStream : MemoryStream
    {
        public override bool CanSeek => false;
    }
}
