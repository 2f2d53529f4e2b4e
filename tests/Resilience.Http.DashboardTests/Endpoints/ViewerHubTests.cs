using Resilience.Http.Dashboard.Streaming;
using Resilience.Http.DashboardTests.Fixtures;

namespace Resilience.Http.DashboardTests.Endpoints;

/// <summary>Those who watch, without sockets.</summary>
public sealed class ViewerHubTests
{
    private readonly FakeServices _services = new();
    private readonly ViewerHub _hub;

    public ViewerHubTests() => _hub = new(_services, _services, TimeProvider.System);

    [Fact]
    public void A_viewer_that_does_not_read_is_dropped_and_makes_room()
    {
        Assert.True(_hub.TryJoin(null, out var slow));
        for (var i = 1; i < ViewerHub.MostViewers; i++)
        {
            Assert.True(_hub.TryJoin(null, out _));
        }

        Assert.False(_hub.TryJoin(null, out _));
        for (var i = 0; i <= Viewer.MostWaiting; i++)
        {
            _services.Show([]);
        }

        Assert.True(slow.Dropped.IsCancellationRequested);
        Assert.True(_hub.TryJoin(null, out _));
    }

    [Fact]
    public async Task A_viewer_that_reads_stays()
    {
        Assert.True(_hub.TryJoin(null, out var viewer));
        await using var events = viewer.ReadAsync(_hub.Snapshot, TestContext.Current.CancellationToken).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        for (var i = 0; i < 3 * Viewer.MostWaiting; i++)
        {
            _services.Show([]);
            Assert.True(await events.MoveNextAsync());
        }

        Assert.False(viewer.Dropped.IsCancellationRequested);
    }

    [Fact]
    public void A_viewer_who_returns_before_the_next_second_keeps_the_hub_subscribed()
    {
        Assert.True(_hub.TryJoin(null, out var first));
        _hub.Leave(first);
        Assert.True(_hub.TryJoin(null, out var second));

        _services.Show([]);

        Assert.Equal(1, _services.Watchers);
        _hub.Leave(second);
        _services.Show([]);
        Assert.Equal(0, _services.Watchers);
    }
}
