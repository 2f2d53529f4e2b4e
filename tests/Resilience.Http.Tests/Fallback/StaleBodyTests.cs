using System.Net;
using System.Text;
using Resilience.Http.Tests.Timeouts;
using static Resilience.Http.Tests.Fallback.StaleFixture;

namespace Resilience.Http.Tests.Fallback;

/// <summary>A body is kept if it was read to its end, however that was done.</summary>
public sealed class StaleBodyTests
{
    private readonly StaleFixture _fixture = new();

    [Fact]
    public async Task A_body_that_was_not_read_to_its_end_is_not_kept()
    {
        using var client = _fixture.Client(Good("one two three"), Bad());
        using (var first = await _fixture.Clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)))
        {
            var body = await first.Content.ReadAsStreamAsync(CancellationToken.None);
            Assert.Equal(3, await body.ReadAsync(new byte[3], CancellationToken.None));
        }

        using var response = await _fixture.SendAsync(client, "");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Half_a_body_is_not_treated_as_a_whole_one_when_it_is_read_again()
    {
        using var client = _fixture.Client(
            _ => new HttpResponseMessage { Content = new StreamContent(new DripStream(_fixture.Clock, TimeSpan.Zero, TimeSpan.Zero)) },
            Bad());
        using (var first = await _fixture.Clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)))
        {
            var body = await first.Content.ReadAsStreamAsync(CancellationToken.None);
            Assert.Equal(3, await body.ReadAsync(new byte[3], CancellationToken.None));
            await Assert.ThrowsAsync<InvalidOperationException>(() => first.Content.ReadAsStringAsync(CancellationToken.None));
        }

        using var response = await _fixture.SendAsync(client, "");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task A_body_in_memory_is_read_again_from_its_start_and_is_not_kept_in_part()
    {
        using var client = _fixture.Client(
            _ => new HttpResponseMessage { Content = new StreamContent(new OpenStream("one two three"u8.ToArray())) }, Bad());
        using (var first = await _fixture.Clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)))
        {
            var body = await first.Content.ReadAsStreamAsync(CancellationToken.None);
            Assert.Equal(3, await body.ReadAsync(new byte[3], CancellationToken.None));
            Assert.Equal("one two three", await first.Content.ReadAsStringAsync(CancellationToken.None));
            Assert.Equal(0, await body.ReadAsync(new byte[3], CancellationToken.None)); // The end, after three bytes of it.
        }

        using var response = await _fixture.SendAsync(client, "");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task A_body_in_memory_may_be_copied_more_than_once()
    {
        using var client = _fixture.Client(Good("one"), Bad());
        using (var first = await _fixture.Clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)))
        {
            using var copy = new MemoryStream();
            await first.Content.CopyToAsync(copy, CancellationToken.None);
            first.Content.CopyTo(copy, null, CancellationToken.None);
            await first.Content.CopyToAsync(copy, CancellationToken.None);
            Assert.Equal("oneoneone", Encoding.UTF8.GetString(copy.ToArray()));
        }

        Assert.Equal("one", await _fixture.ReadAsync(client, ""));
    }

    [Fact]
    public async Task A_body_whose_stream_was_taken_synchronously_gives_it_asynchronously_too()
    {
        using var client = _fixture.Client(Good("one"));
        using var first = await _fixture.Clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None));
        first.Content.ReadAsStream(CancellationToken.None).Dispose();

        Assert.Equal("one", await first.Content.ReadAsStringAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_caller_gets_the_answer_if_an_inner_handler_buffers_and_disposes_its_body()
    {
        using var client = _fixture.Client(
            null,
            new BufferingHandler(),
            _ => new HttpResponseMessage { Content = new StreamContent(new DripStream(_fixture.Clock, TimeSpan.Zero)) },
            Bad());

        Assert.Equal("xxxxx", await _fixture.ReadAsync(client, ""));
        Assert.Equal("xxxxx", await _fixture.ReadAsync(client, ""));
    }

    [Fact]
    public async Task An_outer_handler_that_replaces_the_body_does_not_change_the_kept_answer()
    {
        using var client = _fixture.Client(Good("one"), Bad());
        using (var first = await _fixture.Clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)))
        {
            first.StatusCode = HttpStatusCode.Accepted;
            first.Headers.Add("X-Unpacked", "yes");
            first.Content = new StreamContent(await first.Content.ReadAsStreamAsync(CancellationToken.None))
            {
                Headers = { ContentType = new("application/x-unpacked") }
            };
            Assert.Equal("one", await first.Content.ReadAsStringAsync(CancellationToken.None));
        }

        using var stale = await _fixture.SendAsync(client, "");

        Assert.Equal(HttpStatusCode.OK, stale.StatusCode);
        Assert.False(stale.Headers.Contains("X-Unpacked"));
        Assert.Equal("text/plain", stale.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_body_that_is_streamed_to_its_end_is_kept()
    {
        using var client = _fixture.Client(Good("one two three"), Bad());
        using (var first = await _fixture.Clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)))
        {
            using var reader = new StreamReader(await first.Content.ReadAsStreamAsync(CancellationToken.None));
            Assert.Equal("one two three", await reader.ReadToEndAsync(CancellationToken.None));
        }

        Assert.Equal("one two three", await _fixture.ReadAsync(client, ""));
    }

    [Fact]
    public void A_body_read_synchronously_is_kept_too()
    {
        using var client = _fixture.Client(Good("one"), Bad());
        _fixture.Clock.Run(() => client.Http.Send(new HttpRequestMessage(HttpMethod.Get, ""), CancellationToken.None)).Dispose();

        using var stale = _fixture.Clock.Run(() => client.Http.Send(new HttpRequestMessage(HttpMethod.Get, ""), CancellationToken.None));

        Assert.Equal("stale", Assert.Single(stale.Headers.GetValues("Resilience-Fallback")));
    }

    /// <summary>Stays open, so that whoever read it first can read on.</summary>
    private sealed class OpenStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override void Close()
        {
        }
    }
}
