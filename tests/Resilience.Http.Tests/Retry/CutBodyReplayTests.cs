using System.Net.Sockets;
using static Resilience.Http.Tests.Retry.ReplayBodies;

namespace Resilience.Http.Tests.Retry;

/// <summary>A body that breaks off or is slow to come is not repeated as if it were whole.</summary>
public sealed class CutBodyReplayTests
{
    [Fact]
    public async Task The_rest_of_a_body_that_was_cut_is_not_treated_as_a_whole_one()
    {
        var content = new StreamContent(new OneShotStream(Bytes(100), chunk: 10));
        using var cutting = new CuttingServer();
        using var http = new HttpMessageInvoker(ResilientHttpHandler.Create("documents", new(), cutting));
        using var first = new HttpRequestMessage(HttpMethod.Post, "https://documents.internal/1") { Content = content };
        using var second = new HttpRequestMessage(HttpMethod.Post, "https://documents.internal/1") { Content = content };
        await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(first, default));

        await Assert.ThrowsAsync<InvalidOperationException>(() => http.SendAsync(second, default));

        Assert.Equal(0, cutting.Received);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_fails_reaches_the_caller_as_without_the_chain(bool synchronous)
    {
        using var world = new RetryFixture(script => script.Always(200));
        var fault = new IOException("disk");
        Func<HttpRequestMessage> request = () => Put(new StreamContent(new OneShotStream(Bytes(100), failAt: 50, fault: fault)));

        var thrown = synchronous
            ? Assert.Throws<HttpRequestException>(() => world.Send(request()))
            : await Assert.ThrowsAsync<HttpRequestException>(() => world.SendAsync(request()));

        Assert.Same(fault, thrown.InnerException);
        Assert.Equal("body not received", Assert.Single(world.Server.Requests).Answer);
    }

    [Fact]
    public async Task A_body_with_a_slow_source_is_cut_with_its_attempt_and_not_repeated()
    {
        using var world = new RetryFixture(script => script.Always(200), options => options.AttemptTimeout = TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<RequestTimedOutException>(
            () => world.SendAsync(Put(new StreamContent(new OneShotStream(Bytes(100), hangAt: 50)))));

        Assert.Equal(TimeSpan.FromSeconds(2), world.Clock.Elapsed);
        Assert.Single(world.Server.Requests);
    }

    /// <summary>Breaks the first connection in the middle of the body.</summary>
    private sealed class CuttingServer : HttpMessageHandler
    {
        private int _calls;

        /// <summary>How much the last request brought in the end.</summary>
        public long Received { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Received = 0;
            var cutAt = _calls++ == 0 ? 20 : int.MaxValue;
            using var target = new CountingStream(written =>
            {
                if (written >= cutAt)
                {
                    throw new IOException("cut", new SocketException((int)SocketError.ConnectionReset));
                }
            });
            await request.Content!.CopyToAsync(target, cancellationToken);
            Received = target.Length;
            return new HttpResponseMessage();
        }
    }

    /// <summary>Says before each write how much was written so far.</summary>
    private sealed class CountingStream(Action<int> writing) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            writing((int)Length);
            base.Write(buffer, offset, count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            writing((int)Length);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
