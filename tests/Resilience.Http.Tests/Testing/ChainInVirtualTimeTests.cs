using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

/// <summary>The clock, the server and the assertions together, over the real chain in a container.</summary>
public sealed class ChainInVirtualTimeTests : IDisposable
{
    private const int Rounds = 20;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualTimeProvider _clock = new();
    private readonly ServiceProvider _provider;
    private readonly ScriptedServer _server;

    public ChainInVirtualTimeTests()
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock);
        services.AddResilientHttpClient("payments", o =>
            {
                o.BaseAddress = new Uri("https://payments.internal/");
                o.AttemptTimeout = 2 * Second;
                o.Retry.BaseDelay = Second;
                o.Retry.Jitter = HttpRetryJitter.None;
                o.Retry.Budget.Enabled = false;
                o.CircuitBreaker.Enabled = false;
            })
            .AddHttpMessageHandler(static () => new YieldingHandler());
        _server = services.UseScriptedServer("payments", _ => { });
        _provider = services.BuildServiceProvider();
    }

    private HttpClient Client => _provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

    [Fact]
    public async Task Pending_answers_take_precedence_over_armed_limits()
    {
        for (var i = 0; i < Rounds; i++)
        {
            _server.Script
                .Then(YieldingAsync(503))
                .Hang()
                .Slow(Second, HttpStatusCode.BadGateway)
                .Then(YieldingAsync(200));

            using var response = await _clock.RunAsync(() => Client.GetAsync("orders"));

            _server.LastCall
                .ShouldEndWith(HttpStatusCode.OK)
                .ShouldHaveAttempts(4)
                .ShouldHaveDelays(Second, 2 * Second, 4 * Second)
                .ShouldHaveTaken(10 * Second);
        }
    }

    [Fact]
    public void A_synchronous_call_behaves_like_an_asynchronous_one()
    {
        for (var i = 0; i < Rounds; i++)
        {
            _server.Script.Fail(1, 503).Hang().Slow(Second, HttpStatusCode.BadGateway).Then(200);

            using var response = _clock.Run(() => Client.Send(new HttpRequestMessage(HttpMethod.Get, "orders")));

            _server.LastCall
                .ShouldEndWith(HttpStatusCode.OK)
                .ShouldHaveAttempts(4)
                .ShouldHaveDelays(Second, 2 * Second, 4 * Second)
                .ShouldHaveTaken(10 * Second);
        }
    }

    [Fact]
    public async Task Many_calls_at_once_each_keep_their_times()
    {
        _server.Script.When("/failing", s => s.Fail(20, 503).Always(200)).When("/slow", s => s.Slow(1.5 * Second).Always());

        await _clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 40).Select(i => Client.GetAsync(i % 2 == 0 ? "failing" : "slow"))));

        Assert.All(
            _server.Calls.Where(static call => call.Uri!.AbsolutePath == "/failing"),
            static call => call.ShouldHaveDelays(Second).ShouldHaveTaken(Second));
        Assert.All(
            _server.Calls.Where(static call => call.Uri!.AbsolutePath == "/slow"),
            static call => call.ShouldHaveAttempts(1).ShouldHaveTaken(1.5 * Second));
        Assert.Equal(1.5 * Second, _clock.Elapsed);
    }

    public void Dispose() => _provider.Dispose();

    private static Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> YieldingAsync(int status) =>
        async (_, cancellationToken) =>
        {
            await Task.Yield();
            await Task.Run(static () => { }, cancellationToken);
            return new HttpResponseMessage((HttpStatusCode)status);
        };

    private sealed class YieldingHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Yield();
            var response = await base.SendAsync(request, cancellationToken);
            await Task.Yield();
            return response;
        }
    }
}
