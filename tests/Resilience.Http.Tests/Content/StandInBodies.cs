using System.Net;
using System.Text;
using Resilience.Http.Content;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.Content;

/// <summary>Stand-ins of bodies, and what tests write and read them with.</summary>
internal static class StandInBodies
{
    public static StreamContent OneShot(string text) => new(new OneShotStream(Encoding.UTF8.GetBytes(text)));

    public static HttpContent StandIn(HttpContent original, int limit) =>
        StandInContent.For(new RequestBody(original, BodySources.Of(original), limit));

    public static RequestBody Body(HttpContent standIn) => ((IStandIn)standIn).Body;

    public static async Task<string> WriteAsync(HttpContent content)
    {
        using var target = new MemoryStream();
        await content.CopyToAsync(target);
        return Encoding.UTF8.GetString(target.ToArray());
    }

    public static string Write(HttpContent content)
    {
        using var target = new MemoryStream();
        content.CopyTo(target, null, default);
        return Encoding.UTF8.GetString(target.ToArray());
    }

    public class CallbackContent(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Has its bytes once, and does not say so when they are gone.</summary>
    public sealed class OnceContent : CallbackContent
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

    public sealed class CallbackStream(Action<int> writing) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            writing(buffer.Length);
            return default;
        }
    }
}
