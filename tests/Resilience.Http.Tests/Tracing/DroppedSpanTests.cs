using System.Diagnostics;
using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Tracing;

/// <summary>
/// A span that is only propagated, as the sampler of OpenTelemetry drops one. Alone in the process: a listener of another test that wants
/// all spans would get this one too.
/// </summary>
[Collection(nameof(UnheardTelemetryTests))]
public sealed class DroppedSpanTests
{
    [Theory]
    [InlineData(ActivitySamplingResult.PropagationData, "resilience.attempts")]
    [InlineData(ActivitySamplingResult.AllData, "resilience.service.name resilience.attempts resilience.outcome error.type")]
    public async Task A_span_that_the_sampler_drops_is_not_described(ActivitySamplingResult sampling, string tags)
    {
        Activity? ended = null;
        using var listener = Listen("Resilience.Http", sampling, span => ended = span);

        await GetAsync(script => script.Always(503));

        Assert.Equal(tags, string.Join(' ', ended!.TagObjects.Select(static tag => tag.Key)));
    }

    [Fact]
    public async Task The_sends_of_a_dropped_span_have_their_resend_count()
    {
        using var http = new ActivitySource("System.Net.Http");
        List<Activity> sends = [];
        using var listener = Listen("Resilience.Http", ActivitySamplingResult.PropagationData, static _ => { });
        using var sendListener = Listen("System.Net.Http", ActivitySamplingResult.AllData, sends.Add);

        await GetAsync(script => script.Then(_ => Send(http, 503)).Then(_ => Send(http, 200)));

        Assert.Equal([null, 1], sends.Select(static send => send.GetTagItem("http.request.resend_count")));
    }

    private static HttpResponseMessage Send(ActivitySource source, int status)
    {
        using var send = source.StartActivity("GET");
        return new HttpResponseMessage((HttpStatusCode)status);
    }

    private static ActivityListener Listen(string name, ActivitySamplingResult sampling, Action<Activity> stopped)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == name,
            Sample = (ref _) => sampling,
            ActivityStopped = stopped,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static async Task GetAsync(Action<ServerScript> script)
    {
        var clock = new VirtualTimeProvider();
        using var client = new ChainClient(new ScriptedServer(script, clock), clock: clock);
        using var response = await clock.RunAsync(() => client.Http.GetAsync("", CancellationToken.None));
    }
}
