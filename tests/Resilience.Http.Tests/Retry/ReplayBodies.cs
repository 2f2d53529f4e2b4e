using System.Net;
using System.Text;
using System.Threading.Channels;

namespace Resilience.Http.Tests.Retry;

/// <summary>Bodies of the tests that send a body again.</summary>
internal static class ReplayBodies
{
    public const string Text = "fifteen letters";

    public static StreamContent OneShot(int length) => new(new OneShotStream(Bytes(length)));

    public static HttpRequestMessage Put(HttpContent content) => new(HttpMethod.Put, "documents/1") { Content = content };

    public static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    public static IAsyncEnumerable<T> Once<T>(params T[] items)
    {
        var channel = Channel.CreateUnbounded<T>();
        Array.ForEach(items, item => channel.Writer.TryWrite(item));
        channel.Writer.Complete();
        return channel.Reader.ReadAllAsync();
    }

    public static IEnumerable<T> OnceSynchronously<T>(params T[] items) => Drain(new Queue<T>(items));

    private static IEnumerable<T> Drain<T>(Queue<T> items)
    {
        while (items.TryDequeue(out var item))
        {
            yield return item;
        }
    }

    public sealed class OwnContent : HttpContent
    {
        public int Writings { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Writings++;
            return stream.WriteAsync("own"u8.ToArray()).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 3;
            return true;
        }
    }

    /// <summary>Has its bytes once, and does not say so when they are gone.</summary>
    public sealed class ForgetfulContent(byte[] bytes) : HttpContent
    {
        private readonly OneShotStream _bytes = new(bytes);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _bytes.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Writes something else than what stands in its stream.</summary>
    public sealed class ShoutingContent(Stream quiet) : StreamContent(quiet)
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            using var reader = new StreamReader(await ReadAsStreamAsync(cancellationToken));
            var text = await reader.ReadToEndAsync(cancellationToken);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToUpperInvariant()), cancellationToken);
        }
    }
}
