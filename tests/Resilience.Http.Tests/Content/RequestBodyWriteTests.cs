using Resilience.Http.Tests.Retry;
using static Resilience.Http.Tests.Content.StandInBodies;

namespace Resilience.Http.Tests.Content;

/// <summary>The body is written to a connection through its stand-in.</summary>
public sealed class RequestBodyWriteTests
{
    [Theory]
    [InlineData(3, "A copy is kept of bodies up to Retry:MaxBufferedBody (3 bytes) that are written to their end.")]
    [InlineData(0, "by its method, an Idempotency-Key header, or AllowRetry().")]
    public async Task A_body_that_cannot_be_written_again_throws_with_the_reason(int limit, string why)
    {
        using var standIn = StandIn(new OnceContent("four"), limit);
        await WriteAsync(standIn);

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(standIn));

        Assert.EndsWith(why, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_one_writer_can_write_a_body_at_a_time()
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
}
