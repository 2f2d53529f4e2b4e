using System.Net;

namespace Resilience.Http.Tests.Hedging;

/// <summary>
/// A synchronous send holds its thread until it ends, so the call could not return with a hedge. It is not hedged, but it counts.
/// </summary>
public sealed class SynchronousHedgingTests
{
    [Fact]
    public void A_synchronous_Send_is_not_hedged()
    {
        using var fixture = new HedgingFixture(server => server.Slow(TimeSpan.FromSeconds(1)).Always());

        using var response = Send(fixture);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), fixture.Clock.Elapsed);
        Assert.Equal([0], fixture.SentAt);
        Assert.Empty(fixture.Hedges);
        Assert.Empty(fixture.Suppressed);
    }

    [Fact]
    public async Task The_durations_of_synchronous_sends_count_for_the_delay_of_others()
    {
        using var fixture = new HedgingFixture(
            server =>
            {
                for (var send = 0; send < 50; send++)
                {
                    server.Slow(TimeSpan.FromMilliseconds(200));
                }

                server.Slow(TimeSpan.FromSeconds(5)).Then(200);
            },
            options => options.Hedging.Delay = null);
        for (var call = 0; call < 50; call++)
        {
            Send(fixture).Dispose();
        }

        using var response = await fixture.GetAsync();

        Assert.Equal(52, fixture.Server.Requests.Count);
        Assert.InRange(fixture.SentAt[51] - fixture.SentAt[50], 200, 210);
    }

    private static HttpResponseMessage Send(HedgingFixture fixture) => fixture.Clock.Run(
        () => fixture.Http.Send(new(HttpMethod.Get, "charges/1"), HttpCompletionOption.ResponseHeadersRead));
}
