using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>Uploads of the service files: its chain, its requests and their bodies.</summary>
internal static class Uploads
{
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(1);

    public static ResilientHttpHandler CreateChain(Action<ResilientHttpClientOptions>? configure = null)
    {
        var options = new ResilientHttpClientOptions();
        options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1);
        configure?.Invoke(options);
        return ResilientHttpHandler.Create("files", options, new SocketsHttpHandler { UseProxy = false });
    }

    public static (CircuitState State, int ConsecutiveFailures) State(ResilientHttpHandler chain)
    {
        var circuit = Assert.Single(chain.Circuits.GetAll());
        return (circuit.State, circuit.ConsecutiveFailures);
    }

    public static HttpRequestMessage Request(Uri address, HttpContent content, HttpProtocols protocols) => new(HttpMethod.Put, address)
    {
        Content = content,
        Version = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public static async Task<long> LengthAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.Length;
    }

    public sealed class OwnContent(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Can be read once; with a pause, in pieces of 1,000 bytes.</summary>
    public sealed class PipedStream(byte[] bytes, TimeSpan pause = default) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (pause == default)
            {
                return Read(buffer.Span);
            }

            await Task.Delay(pause, cancellationToken);
            return Read(buffer.Span[..Math.Min(1000, buffer.Length)]);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var buffer = new byte[bufferSize];
            int read;
            while ((read = await ReadAsync(buffer.AsMemory(), cancellationToken)) > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
    }
}
