using static Resilience.Http.Tests.Content.StandInBodies;

namespace Resilience.Http.Tests.Content;

/// <summary>A handler or HttpClient itself reads the body through its stand-in.</summary>
public sealed class RequestBodyReadTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_reads_a_one_time_stream_consumes_it_and_no_empty_body_is_sent(bool synchronous)
    {
        using var standIn = StandIn(OneShot("four"), limit: 100);

        using var reader = new StreamReader(synchronous ? standIn.ReadAsStream() : await standIn.ReadAsStreamAsync());

        Assert.Equal("four", await reader.ReadToEndAsync());
        Assert.False(Body(standIn).IsReplayable);
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(standIn));
    }

    [Fact]
    public async Task A_handler_reads_a_custom_content_as_without_the_chain()
    {
        using var standIn = StandIn(new OnceContent("four"), limit: 100);

        Assert.Equal("four", await new StreamReader(await standIn.ReadAsStreamAsync()).ReadToEndAsync());
        Body(standIn).Rewind();

        Assert.Equal("four", await new StreamReader(await standIn.ReadAsStreamAsync()).ReadToEndAsync());
        Assert.Equal("four", await WriteAsync(standIn));
    }

    [Fact]
    public async Task A_handler_reads_the_copy_after_the_body_was_written()
    {
        using var standIn = StandIn(OneShot("four"), limit: 100);
        await WriteAsync(standIn);

        Assert.Equal("four", await new StreamReader(await standIn.ReadAsStreamAsync()).ReadToEndAsync());
        Body(standIn).Rewind();
        Assert.Equal("four", await new StreamReader(await standIn.ReadAsStreamAsync()).ReadToEndAsync());

        Assert.True(Body(standIn).IsReplayable);
    }

    [Fact]
    public async Task The_rest_of_a_body_that_was_cut_is_not_read_as_a_whole_one()
    {
        using var standIn = StandIn(new OnceContent(new string('x', 100_000)), limit: 100);
        var fault = new IOException("cut");
        await Assert.ThrowsAsync<HttpRequestException>(() => standIn.CopyToAsync(new CallbackStream(_ => throw fault)));

        Assert.Throws<InvalidOperationException>(() => standIn.ReadAsStream());
        await Assert.ThrowsAsync<InvalidOperationException>(() => standIn.ReadAsStreamAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => standIn.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_stream_that_a_handler_has_disposed_of_is_not_handed_out_again()
    {
        using var standIn = StandIn(new StreamContent(new MemoryStream("four"u8.ToArray())), limit: 100);
        (await standIn.ReadAsStreamAsync()).Dispose();

        Assert.Throws<ObjectDisposedException>(() => Body(standIn).Rewind());
    }

    [Theory]
    [InlineData("stream", true)]
    [InlineData("parts", true)]
    [InlineData("bytes", true)]
    [InlineData("memory", true)]
    [InlineData("own", false)]
    [InlineData("json", false)]
    public void HttpClient_waits_for_the_end_of_the_stand_in_if_it_does_for_the_original(string kind, bool waits)
    {
        using HttpContent original = kind switch
        {
            "stream" => OneShot("x"),
            "parts" => new MultipartFormDataContent(),
            "bytes" => new ByteArrayContent([1]),
            "memory" => new ReadOnlyMemoryContent(new byte[1]),
            "json" => System.Net.Http.Json.JsonContent.Create(1),
            _ => new OnceContent("x"),
        };
        using var standIn = StandIn(original, limit: 1);

        Assert.Equal(waits, AllowsDuplex(original) is false);
        Assert.Equal(AllowsDuplex(original), AllowsDuplex(standIn));

        static bool AllowsDuplex(HttpContent content) => (bool)typeof(HttpContent)
            .GetProperty(
                "AllowDuplex", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(content)!;
    }
}
