using Resilience.Http.Content;

namespace Resilience.Http.Chaos.Injection;

/// <summary>The body of a response at a pace of its own. Its headers, the length included, are those of the body it slows down.</summary>
internal sealed class SlowBodyContent(HttpContent inner, int bytesPerSecond, TimeProvider clock, FaultSlot place) : WrappedContent(inner)
{
    protected override Stream Wrap(Stream body) => new SlowStream(body, bytesPerSecond, clock, place);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            place.Dispose();
        }

        base.Dispose(disposing);
    }
}
