using System.Net.ServerSentEvents;

namespace Resilience.Http.Dashboard.Streaming;

/// <summary>One event of the stream.</summary>
/// <param name="Number">Its place in the stream.</param>
/// <param name="Kind">The event type that the page listens for.</param>
/// <param name="Json">The data.</param>
internal readonly record struct StreamItem(long Number, string Kind, string Json)
{
    public const string Snapshot = "snapshot";
    public const string Tick = "tick";
    public const string Transition = "transition";

    public SseItem<string> ToEvent(string instance) => new(Json, Kind) { EventId = $"{instance}-{Number}" };
}
