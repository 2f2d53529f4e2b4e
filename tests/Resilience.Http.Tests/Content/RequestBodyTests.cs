using System.Net;
using System.Net.Http.Json;
using System.Text;
using Resilience.Http.Content;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.Content;

/// <summary>One body behind its stand-in, written and read by hand.</summary>
public sealed class RequestBodyTests
{
    [Theory]
    [InlineData(4, true)]
    [InlineData(3, false)]
    public async Task It_is_replayable_until_it_turns_out_to_be_too_long(int limit, bool replayable)
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
    public void To_prepare_the_next_attempt_touches_no_header_that_another_call_may_be_sending()
    {
        var shared = new MeasuredContent();
        shared.Headers.ContentLength = 4;
        using var standIn = StandIn(shared, limit: 0);

        Body(standIn).Rewind();

        Assert.Equal(0, shared.Measured);
        shared.Dispose();
        Assert.Throws<ObjectDisposedException>(Body(standIn).Rewind);
    }

    [Theory]
    [InlineData(3, "A copy is kept of bodies up to Retry:MaxBufferedBody (3 bytes) that are written to their end.")]
    [InlineData(0, "by its method, an Idempotency-Key header, or AllowRetry().")]
    public async Task One_that_cannot_be_written_again_says_why(int limit, string why)
    {
        using var standIn = StandIn(new OnceContent("four"), limit);
        await WriteAsync(standIn);

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(standIn));

        Assert.EndsWith(why, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_one_writer_can_write_it_at_a_time()
    {
        using var standIn = StandIn(new StreamContent(new OneShotStream(new byte[10], hangAt: 5)), limit: 100);
        using var stop = new CancellationTokenSource();
        var first = standIn.CopyToAsync(Stream.Null, stop.Token);

        Assert.False(Body(standIn).IsReplayable);
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(standIn));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(Body(standIn).IsReplayable);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_reads_a_stream_once_has_taken_it_and_the_body_is_never_sent_empty(bool synchronous)
    {
        using var standIn = StandIn(OneShot("four"), limit: 100);

        using var reader = new StreamReader(synchronous ? standIn.ReadAsStream() : await standIn.ReadAsStreamAsync());

        Assert.Equal("four", await reader.ReadToEndAsync());
        Assert.False(Body(standIn).IsReplayable);
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(standIn));
    }

    [Fact]
    public async Task A_handler_reads_a_content_of_the_user_s_own_as_without_the_chain()
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
    public async Task The_rest_of_a_body_that_was_cut_is_not_read_for_a_whole_one()
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

    [Fact]
    public async Task Each_byte_is_passed_on_before_the_next_is_asked_for()
    {
        var pulls = 0;
        var arrived = new List<int>();
        using var standIn = StandIn(new CallbackContent(async stream =>
        {
            for (; pulls < 3; pulls++)
            {
                await stream.WriteAsync(new byte[1]);
                await stream.FlushAsync();
            }
        }), limit: 100);

        await standIn.CopyToAsync(new CallbackStream(_ => arrived.Add(pulls)));

        Assert.Equal([0, 1, 2], arrived);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_connection_throws_is_passed_on_as_it_is(bool wrapped)
    {
        var fault = new IOException("cut");
        var original = new CallbackContent(async stream =>
        {
            try
            {
                await stream.WriteAsync(new byte[1]);
            }
            catch (IOException exception) when (!wrapped)
            {
                throw new InvalidOperationException("own", exception);
            }
        });
        using var standIn = StandIn(original, limit: 100);
        var watch = Body(standIn).Watch(TimeProvider.System, 0);

        var thrown = await Assert.ThrowsAnyAsync<Exception>(
            () => Body(standIn).WriteAsync(standIn, new CallbackStream(_ => throw fault), null, default));

        Assert.Equal(wrapped, ReferenceEquals(thrown, fault));
        Assert.True(watch.IsBeingWritten); // The connection's fault, whatever the content made of it.
        Assert.False(Body(standIn).IsReplayable);
    }

    [Fact]
    public async Task A_content_that_hides_the_fault_of_the_connection_is_not_taken_for_complete()
    {
        using var standIn = StandIn(
            new CallbackContent(static async stream => await Record.ExceptionAsync(() => stream.WriteAsync(new byte[1]).AsTask())),
            limit: 100);

        await Body(standIn).WriteAsync(standIn, new CallbackStream(static _ => throw new IOException("cut")), null, default);

        Assert.False(Body(standIn).IsReplayable);
    }

    [Fact]
    public async Task The_length_is_the_original_s_and_is_asked_once()
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
    public void A_content_without_a_synchronous_way_says_so_as_without_the_chain()
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

    private static StreamContent OneShot(string text) => new(new OneShotStream(Encoding.UTF8.GetBytes(text)));

    private static HttpContent StandIn(HttpContent original, int limit) =>
        StandInContent.For(new RequestBody(original, BodySources.Of(original), limit));

    private static RequestBody Body(HttpContent standIn) => ((IStandIn)standIn).Body;

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

    private class CallbackContent(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
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

    /// <summary>Has its bytes once, and does not say so when they are gone.</summary>
    private sealed class OnceContent : CallbackContent
    {
        public OnceContent(string text)
            : this(new OneShotStream(Encoding.UTF8.GetBytes(text)))
        {
        }

        private OnceContent(Stream source)
            : base(source.CopyToAsync)
        {
        }
    }

    private sealed class CallbackStream(Action<int> writing) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            writing(buffer.Length);
            return default;
        }
    }
}
