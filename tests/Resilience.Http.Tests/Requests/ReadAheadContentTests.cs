using System.Text;
using Resilience.Http.Requests;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.Requests;

public sealed class ReadAheadContentTests
{
    [Fact]
    public async Task It_is_replayable_until_it_turns_out_to_be_too_long()
    {
        using var content = Content("four", limit: 3);

        Assert.True(content.IsReplayable);
        Assert.Equal("four", await WriteAsync(content));
        Assert.False(content.IsReplayable);
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(content));
    }

    [Theory]
    [InlineData(3, "It is longer than Retry:MaxBufferedBody (3 bytes).")]
    [InlineData(0, "or AllowRetry().")]
    public async Task One_that_was_not_kept_says_why(int limit, string why)
    {
        using var content = Content("four", limit);
        await WriteAsync(content);

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(content));

        Assert.EndsWith(why, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("0 bytes", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_fits_is_written_as_often_as_asked_for()
    {
        using var content = Content("four", limit: 4);

        Assert.Equal("four", await WriteAsync(content));
        Assert.Equal("four", await WriteAsync(content));
        Assert.Equal("four", Write(content));
        Assert.True(content.IsReplayable);
    }

    [Fact]
    public void Synchronously_alike()
    {
        using var fits = Content("four", limit: 4);
        using var tooLong = Content("four", limit: 3);

        Assert.Equal("four", Write(fits));
        Assert.Equal("four", Write(fits));
        Assert.Equal("four", Write(tooLong));
        Assert.Throws<InvalidOperationException>(() => Write(tooLong));
    }

    [Fact]
    public async Task While_an_attempt_still_reads_it_no_other_gets_it()
    {
        using var content = new ReadAheadContent(new StreamContent(new OneShotStream(new byte[10], hangAt: 5)), limit: 100);
        using var stop = new CancellationTokenSource();

        var first = content.CopyToAsync(Stream.Null, stop.Token);

        Assert.False(content.IsReplayable);
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(content));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(content.IsReplayable);
    }

    [Fact]
    public async Task A_handler_that_takes_the_stream_gets_the_original_s_and_has_then_taken_it()
    {
        using var content = Content("four", limit: 100);

        using var reader = new StreamReader(await content.ReadAsStreamAsync());

        Assert.Equal("four", await reader.ReadToEndAsync());
        Assert.False(content.IsReplayable);
    }

    [Fact]
    public async Task A_handler_that_takes_the_stream_of_one_that_was_kept_leaves_it_replayable()
    {
        using var content = Content("four", limit: 100);
        await WriteAsync(content);

        using var reader = new StreamReader(await content.ReadAsStreamAsync());

        Assert.Equal("four", await reader.ReadToEndAsync());
        Assert.True(content.IsReplayable);
        Assert.Equal("four", await WriteAsync(content));
    }

    [Fact]
    public async Task Once_it_was_read_there_is_one_stand_in_for_a_content()
    {
        using var original = new StreamContent(new OneShotStream("four"u8.ToArray()));
        var first = ReadAheadContent.For(original, limit: 4);
        var other = ReadAheadContent.For(original, limit: 4);
        await WriteAsync(first);

        Assert.Same(first, ReadAheadContent.For(original, limit: 4));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(other));
    }

    [Fact]
    public void Disposal_reaches_the_original()
    {
        var stream = new OneShotStream([]);

        new ReadAheadContent(new StreamContent(stream), limit: 1).Dispose();

        Assert.True(stream.IsDisposed);
    }

    private static ReadAheadContent Content(string text, int limit) => new(new StreamContent(new OneShotStream(Encoding.UTF8.GetBytes(text))), limit);

    private static async Task<string> WriteAsync(HttpContent content)
    {
        using var target = new MemoryStream();
        await content.CopyToAsync(target);
        return Encoding.UTF8.GetString(target.ToArray());
    }

    private static string Write(HttpContent content)
    {
        using var target = new MemoryStream();
        content.CopyTo(target, null, default);
        return Encoding.UTF8.GetString(target.ToArray());
    }
}
