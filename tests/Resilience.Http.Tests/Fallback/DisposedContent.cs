using System.Net;

namespace Resilience.Http.Tests.Fallback;

/// <summary>A body that tells how often it was disposed.</summary>
internal sealed class DisposedContent : HttpContent
{
    public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Times { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Times++;
            Disposed.TrySetResult();
        }

        base.Dispose(disposing);
    }
}
