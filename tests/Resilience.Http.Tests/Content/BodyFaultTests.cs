using System.Net;
using Resilience.Http.Content;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.Content;

/// <summary>Whose fault it is that a request body is not sent to its end: its own, or that of the connection.</summary>
public sealed class BodyFaultTests
{
    private static readonly IOException Fault = new("cut");

    private readonly VirtualTimeProvider _clock = new();

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public async Task A_body_whose_length_differs_from_the_declared_one_has_failed_by_itself(int declared, bool hasFailed)
    {
        var original = new OwnContent(static stream => stream.Write("four"u8));
        using var standIn = StandIn(original);
        standIn.Headers.ContentLength = declared;
        var watch = Body(standIn).Watch(_clock, startedAt: 0);

        // As HttpClient does: what is longer than declared is not taken.
        await Record.ExceptionAsync(() => standIn.CopyToAsync(new FailingStream(write: declared < 4), CancellationToken.None));

        Assert.Equal(hasFailed ? BodyPhase.Failed : BodyPhase.Complete, watch.Phase);
    }

    [Fact]
    public async Task A_body_that_was_read_before_has_failed_by_itself_when_it_is_sent()
    {
        using var standIn = StandIn(new StreamContent(new OneShotStream("four"u8.ToArray())));
        using var reader = new StreamReader(await standIn.ReadAsStreamAsync());
        var watch = Body(standIn).Watch(_clock, startedAt: 0);

        await Assert.ThrowsAsync<InvalidOperationException>(() => standIn.CopyToAsync(Stream.Null, CancellationToken.None));

        Assert.Equal(BodyPhase.Failed, watch.Phase);
    }

    [Fact]
    public void A_body_whose_length_cannot_be_computed_has_failed_by_itself()
    {
        using var standIn = StandIn(new OwnContent(static _ => { }, static () => throw Fault));
        var watch = Body(standIn).Watch(_clock, startedAt: 0);

        Assert.Same(Fault, Assert.Throws<IOException>(() => standIn.Headers.ContentLength));

        Assert.Equal(BodyPhase.Failed, watch.Phase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_source_that_fails_while_a_handler_reads_it_is_the_fault_of_the_body(bool synchronous)
    {
        using var standIn = StandIn(new StreamContent(new OneShotStream("four"u8.ToArray(), failAt: 2, fault: Fault)));
        var watch = Body(standIn).Watch(_clock, startedAt: 0);
        var source = await standIn.ReadAsStreamAsync();

        var thrown = synchronous
            ? Record.Exception(() => source.CopyTo(Stream.Null))
            : await Record.ExceptionAsync(() => source.CopyToAsync(Stream.Null));

        Assert.Equal((Fault, BodyPhase.Failed), (thrown, watch.Phase));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_source_that_is_canceled_with_its_attempt_has_not_failed(bool read)
    {
        using var attempt = new CancellationTokenSource();
        using var standIn = StandIn(new StreamContent(new OneShotStream("four"u8.ToArray(), hangAt: 2)));
        var watch = Body(standIn).Watch(_clock, startedAt: 0);
        var sending = read
            ? (await standIn.ReadAsStreamAsync()).CopyToAsync(Stream.Null, attempt.Token)
            : standIn.CopyToAsync(Stream.Null, attempt.Token);

        await attempt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);

        Assert.NotEqual(BodyPhase.Failed, watch.Phase);
    }

    [Theory]
    [InlineData("write", true)]
    [InlineData("write", false)]
    [InlineData("flush", true)]
    [InlineData("flush", false)]
    public async Task A_write_or_a_flush_that_fails_is_the_fault_of_the_connection(string fails, bool synchronous)
    {
        var target = new FailingStream(write: fails == "write", flush: fails == "flush");
        using var standIn = StandIn(new OwnContent(static stream =>
        {
            stream.Write("four"u8);
            stream.Flush();
        }));
        var watch = Body(standIn).Watch(_clock, startedAt: 0);

        await Record.ExceptionAsync(async () =>
        {
            if (synchronous)
            {
                standIn.CopyTo(target, context: null, CancellationToken.None);
            }
            else
            {
                await standIn.CopyToAsync(target, CancellationToken.None);
            }
        });

        Assert.Equal((true, true), (watch.IsBeingWritten, target.HasFailed));
    }

    private static HttpContent StandIn(HttpContent original) =>
        StandInContent.For(new RequestBody(original, BodySources.Of(original), limit: 0));

    private static RequestBody Body(HttpContent standIn) => ((IStandIn)standIn).Body;

    /// <summary>A content of the user's own that writes itself in the way it is asked to.</summary>
    private sealed class OwnContent(Action<Stream> write, Func<long?>? length = null) : HttpContent
    {
        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            write(stream);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            using var written = new RecordingStream();
            write(written);
            await stream.WriteAsync(written.ToArray());
            if (written.WasFlushed)
            {
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long known)
        {
            var computed = length?.Invoke();
            known = computed ?? 0;
            return computed is not null;
        }
    }

    private sealed class RecordingStream : MemoryStream
    {
        public bool WasFlushed { get; private set; }

        public override void Flush() => WasFlushed = true;
    }

    /// <summary>A connection that fails in a write or in a flush.</summary>
    private sealed class FailingStream(bool write = false, bool flush = false) : MemoryStream
    {
        public bool HasFailed { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer) => FailIf(write);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            FailIf(write);
            return default;
        }

        public override void Flush() => FailIf(flush);

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            FailIf(flush);
            return Task.CompletedTask;
        }

        private void FailIf(bool fails)
        {
            if (fails)
            {
                HasFailed = true;
                throw Fault;
            }
        }
    }
}
