using System.Net.Http.Json;
using Resilience.Http.Tests.Retry;
using static Resilience.Http.Tests.Content.StandInBodies;

namespace Resilience.Http.Tests.Content;

/// <summary>One body behind its stand-in: its length, its headers, its end, and whether it can be sent again.</summary>
public sealed class RequestBodyTests
{
    [Theory]
    [InlineData(4, true)]
    [InlineData(3, false)]
    public async Task A_body_is_replayable_until_it_turns_out_to_be_too_long(int limit, bool replayable)
    {
        using var standIn = StandIn(OneShot("four"), limit);

        Assert.True(Body(standIn).IsReplayable);
        Assert.Equal("four", await WriteAsync(standIn));
        Assert.Equal(replayable, Body(standIn).IsReplayable);
        if (replayable)
        {
            Assert.Equal("four", await WriteAsync(standIn));
            Assert.Equal("four", Write(standIn));
        }
        else
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(standIn));
            Assert.Throws<InvalidOperationException>(() => Write(standIn));
        }
    }

    [Fact]
    public void Preparing_the_next_attempt_touches_no_header_that_another_call_may_be_sending()
    {
        var shared = new MeasuredContent();
        shared.Headers.ContentLength = 4;
        using var standIn = StandIn(shared, limit: 0);

        Body(standIn).Rewind();

        Assert.Equal(0, shared.Measured);
        shared.Dispose();
        Assert.Throws<ObjectDisposedException>(Body(standIn).Rewind);
    }

    [Fact]
    public async Task The_length_is_that_of_the_original_and_is_read_once()
    {
        var original = new StreamContent(new MemoryStream(new byte[10]));
        using var standIn = StandIn(original, limit: 100);

        Assert.Equal(10, standIn.Headers.ContentLength);
        await WriteAsync(standIn);
        original.Dispose();

        standIn.Headers.Remove("Content-Length");
        Assert.Equal(10, standIn.Headers.ContentLength);
        using var unknown = StandIn(OneShot("four"), limit: 100);
        await WriteAsync(unknown);
        Assert.Null(unknown.Headers.ContentLength);
    }

    [Fact]
    public void Disposal_reaches_the_original()
    {
        var stream = new OneShotStream([]);

        StandIn(new StreamContent(stream), limit: 1).Dispose();

        Assert.True(stream.IsDisposed);
    }

    [Fact]
    public void A_content_without_synchronous_support_throws_as_without_the_chain()
    {
        using var standIn = StandIn(new OnceContent("four"), limit: 100);

        Assert.Throws<NotSupportedException>(() => Write(standIn));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_body_made_from_an_object_is_sent_again_unless_its_writing_was_cut(bool cut, bool replayable)
    {
        using var standIn = StandIn(JsonContent.Create(new[] { "tea", "pot" }), limit: 0);
        using var target = new MemoryStream(new byte[cut ? 1 : 100]); // It does not grow: a longer write throws.

        await Record.ExceptionAsync(() => standIn.CopyToAsync(target, CancellationToken.None));

        Assert.Equal(replayable, Body(standIn).IsReplayable);
    }

    /// <summary>Counts how often it is measured, as it is while its length stands in no header.</summary>
    private sealed class MeasuredContent() : ByteArrayContent("four"u8.ToArray())
    {
        public int Measured { get; private set; }

        protected override bool TryComputeLength(out long length)
        {
            Measured++;
            return base.TryComputeLength(out length);
        }
    }
}
