using System.Net.ServerSentEvents;

namespace Resilience.Http.DashboardTests.Fixtures;

internal sealed record Event(string Kind, string Data, string? Id);

/// <summary>Reads the stream of a dashboard.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventReader(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _events = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();
    }

    public static async Task<EventReader> OpenAsync(
        DashboardApp app, string? lastEventId = null, Version? version = null, bool decompress = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/resilience/events");
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        if (version is not null)
        {
            (request.Version, request.VersionPolicy) = (version, HttpVersionPolicy.RequestVersionExact);
        }

        var response = await app.Browse(decompress: decompress).SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new(response.EnsureSuccessStatusCode(), await response.Content.ReadAsStreamAsync());
    }

    public async Task<Event> NextAsync()
    {
        Assert.True(await _events.MoveNextAsync().AsTask().WaitAsync(Longest));
        return new(_events.Current.EventType, _events.Current.Data, _events.Current.EventId);
    }

    /// <summary>The server learns that a viewer left when the connection ends, so the next seconds may still find it there.</summary>
    public async Task LeftAsync(FakeServices services)
    {
        for (var turn = 0; turn < 600 && services.Watchers > 0; turn++)
        {
            services.Show([]);
            await Task.Delay(50);
        }
    }

    public ValueTask DisposeAsync()
    {
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
