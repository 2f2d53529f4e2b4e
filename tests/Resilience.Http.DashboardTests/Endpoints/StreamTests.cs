using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Resilience.Http.DashboardTests.Fixtures;

namespace Resilience.Http.DashboardTests.Endpoints;

/// <summary>The server-sent events, as a client without a page gets them.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task A_viewer_gets_the_state_then_each_second_and_transitions_at_once()
    {
        var services = new FakeServices();
        await using var app = await DashboardApp.StartAsync(services: services.AddTo);
        var now = TimeProvider.System.GetUtcNow();
        services.Show(SampleServices.Outage(now));
        await using var viewer = await EventReader.OpenAsync(app);

        Assert.Equal("snapshot", (await viewer.NextAsync()).Kind);
        services.Show(SampleServices.Outage(now));
        var tick = await viewer.NextAsync();
        services.Report(SampleServices.Transition("payments", now, CircuitState.Open, CircuitState.HalfOpen));
        var transition = await viewer.NextAsync();

        Assert.Equal("tick", tick.Kind);
        Assert.Equal("transition", transition.Kind);
        Assert.Contains("\"to\":\"half_open\"", transition.Data);
    }

    [Fact]
    public async Task A_second_that_changed_nothing_names_no_service()
    {
        var services = new FakeServices();
        await using var app = await DashboardApp.StartAsync(services: services.AddTo);
        var outage = SampleServices.Outage(TimeProvider.System.GetUtcNow());
        services.Show(outage);
        await using var viewer = await EventReader.OpenAsync(app);
        await viewer.NextAsync();

        services.Show(outage);
        services.Show(outage);

        Assert.Contains("payments", (await viewer.NextAsync()).Data);
        Assert.Contains("\"services\":[]", (await viewer.NextAsync()).Data);
    }

    [Fact]
    public async Task A_viewer_that_comes_back_gets_what_it_missed()
    {
        var services = new FakeServices();
        await using var app = await DashboardApp.StartAsync(services: services.AddTo);
        services.Show(SampleServices.Many(2, TimeProvider.System.GetUtcNow()));
        await using var other = await EventReader.OpenAsync(app);
        await other.NextAsync();
        services.Show(SampleServices.Many(2, TimeProvider.System.GetUtcNow(), turn: 1));
        var last = await other.NextAsync();
        services.Show(SampleServices.Many(2, TimeProvider.System.GetUtcNow(), turn: 2));
        var missed = await other.NextAsync();

        await using var returned = await EventReader.OpenAsync(app, last.Id);

        Assert.Equal(missed, await returned.NextAsync());
    }

    [Theory]
    [InlineData("0123-1")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task A_viewer_with_the_id_of_another_run_gets_the_whole_state(string id)
    {
        var services = new FakeServices();
        await using var app = await DashboardApp.StartAsync(services: services.AddTo);

        await using var viewer = await EventReader.OpenAsync(app, id);

        Assert.Equal("snapshot", (await viewer.NextAsync()).Kind);
    }

    [Fact]
    public async Task The_seventeenth_viewer_is_rejected_until_one_leaves()
    {
        var services = new FakeServices();
        await using var app = await DashboardApp.StartAsync(services: services.AddTo);
        var viewers = new List<EventReader>();
        for (var i = 0; i < 16; i++)
        {
            viewers.Add(await EventReader.OpenAsync(app));
            await viewers[i].NextAsync();
        }

        using var refused = await app.Browse().GetAsync("/resilience/events", HttpCompletionOption.ResponseHeadersRead);
        foreach (var viewer in viewers)
        {
            await viewer.DisposeAsync();
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(10), refused.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task The_monitor_has_no_watcher_while_no_viewer_is_connected()
    {
        var services = new FakeServices();
        await using var app = await DashboardApp.StartAsync(services: services.AddTo);
        Assert.Equal(0, services.Watchers);
        var viewer = await EventReader.OpenAsync(app);
        await viewer.NextAsync();
        Assert.Equal(1, services.Watchers);

        await viewer.DisposeAsync();
        await viewer.LeftAsync(services);

        Assert.Equal(0, services.Watchers);
    }

    [Fact]
    public async Task A_stream_does_not_keep_the_app_from_stopping()
    {
        var app = await DashboardApp.StartAsync(services: static services =>
        {
            new FakeServices().AddTo(services);
            services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromMinutes(10));
        });
        await using var viewer = await EventReader.OpenAsync(app);
        await viewer.NextAsync();

        await app.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_service_that_appears_later_comes_once_with_its_history()
    {
        var services = new FakeServices();
        await using var app = await DashboardApp.StartAsync(services: services.AddTo);
        var now = TimeProvider.System.GetUtcNow();
        services.Show(SampleServices.Many(1, now));
        await using var viewer = await EventReader.OpenAsync(app);
        await viewer.NextAsync();

        services.Show(SampleServices.Many(2, now));
        services.Show(SampleServices.Many(2, now, turn: 1));

        using var first = JsonDocument.Parse((await viewer.NextAsync()).Data);
        using var second = JsonDocument.Parse((await viewer.NextAsync()).Data);
        var added = Assert.Single(first.RootElement.GetProperty("added").EnumerateArray());
        Assert.Equal("service-001", added.GetProperty("live").GetProperty("name").GetString());
        Assert.Equal(60, added.GetProperty("seconds").GetArrayLength());
        Assert.NotEqual(0, added.GetProperty("chain").GetArrayLength());
        Assert.False(second.RootElement.TryGetProperty("added", out _));
    }
}
