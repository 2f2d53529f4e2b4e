using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Chain;

/// <summary>A stale answer is kept for what was sent by the send that won, whichever send the server answered last.</summary>
public sealed class HedgesAndStaleAnswersTests
{
    [Fact]
    public async Task The_winners_answer_is_kept_although_a_loser_was_answered_after_it()
    {
        var clock = new VirtualTimeProvider();
        using var slowToPassOn = new SlowToPassOn(clock, TimeSpan.FromMilliseconds(200));
        using var server = new ScriptedServer(
            script => script
                .Slow(TimeSpan.FromMilliseconds(110), json: "1")
                .Then(200, "2")
                .Fail(1, HttpStatusCode.InternalServerError),
            clock);
        slowToPassOn.InnerHandler = server;
        using var client = new ChainClient(
            slowToPassOn,
            options =>
            {
                options.Retry.Enabled = false;
                options.Hedging.Enabled = true;
                options.Hedging.Delay = TimeSpan.FromMilliseconds(100);
                options.Fallback.StaleIfError = TimeSpan.FromHours(1);
            },
            clock);

        var winner = await clock.RunAsync(() => client.Http.GetStringAsync("charges/1", TestContext.Current.CancellationToken));
        var stale = await clock.RunAsync(() => client.Http.GetStringAsync("charges/1", TestContext.Current.CancellationToken));

        Assert.Equal(winner, stale);
    }

    /// <summary>The user's handler, which has something to do after each answer.</summary>
    private sealed class SlowToPassOn(TimeProvider clock, TimeSpan delay) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            await Task.Delay(delay, clock, cancellationToken);
            return response;
        }
    }
}
