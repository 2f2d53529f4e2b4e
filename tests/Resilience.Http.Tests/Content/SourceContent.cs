using System.Net;

namespace Resilience.Http.Tests.Content;

/// <summary>
/// A content of the user's own: writes so many pieces of 1,000 bytes, with a pause before each, and may fail or hang on the way.
/// </summary>
internal sealed class SourceContent(
    TimeProvider clock, int pieces, TimeSpan pause = default, int hangsAt = int.MaxValue, Func<Exception>? fault = null) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var i = 0; i < pieces; i++)
        {
            if (i >= hangsAt)
            {
                if (fault is not null)
                {
                    throw fault();
                }

                await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, clock, cancellationToken);
            }

            await stream.WriteAsync(new byte[1000], cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
