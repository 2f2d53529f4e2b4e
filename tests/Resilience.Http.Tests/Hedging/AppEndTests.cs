using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Hedging;

/// <summary>No hedge goes out once the app ends, by the events of a real host.</summary>
public sealed class AppEndTests
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BeforeTheDelay = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_host_that_runs_lets_the_hedge_go_out()
    {
        using var app = await HedgedApp.StartAsync();

        await app.CallAsync(beforeTheDelay: static _ => { });

        Assert.Equal((2, 0), (app.Sends, app.Suppressed("stopping")));
    }

    [Fact]
    public async Task No_hedge_goes_out_after_ApplicationStopping_of_the_host()
    {
        using var app = await HedgedApp.StartAsync();

        await app.CallAsync(static services => services.GetRequiredService<IHostApplicationLifetime>().StopApplication());

        Assert.Equal((1, 1), (app.Sends, app.Suppressed("stopping")));
    }

    [Fact]
    public async Task No_hedge_goes_out_after_the_container_was_disposed()
    {
        using var app = await HedgedApp.StartAsync();

        await app.CallAsync(static services => ((IDisposable)services).Dispose());

        Assert.Equal(1, app.Sends);
    }

    /// <summary>An app with a host, a hedged client and a service that answers after the delay.</summary>
    private sealed class HedgedApp : IDisposable
    {
        private readonly VirtualTimeProvider _clock = new();
        private readonly ScriptedServer _server;
        private readonly TestApp _app;
        private readonly RecordedMetrics _metrics;

        private HedgedApp()
        {
            _server = new(script => script.Slow(Slow).Always(), _clock);
            _app = TestApp.With("{}", services =>
            {
                services.AddSingleton<TimeProvider>(_clock);
                services.AddResilientHttpClient("payments", static options =>
                {
                    options.Hedging.Enabled = true;
                    options.Hedging.Delay = HedgingFixture.Delay;
                }).ConfigurePrimaryHttpMessageHandler(() => _server);
            });
            _metrics = new(_app.Services.GetRequiredService<IMeterFactory>());
        }

        public int Sends => _server.Requests.Count;

        public static async Task<HedgedApp> StartAsync()
        {
            var app = new HedgedApp();
            await app._app.StartAsync();
            return app;
        }

        public int Suppressed(string reason) =>
            _metrics.Of("resilience.http.hedges.suppressed").Count(measured => reason.Equals(measured.Tags["resilience.reason"]));

        /// <summary>A call during which something happens before its hedge is due.</summary>
        public async Task CallAsync(Action<IServiceProvider> beforeTheDelay)
        {
            var call = _app.Client("payments").GetAsync(new Uri("https://payments.internal/"));
            _clock.Advance(BeforeTheDelay);
            beforeTheDelay(_app.Services);
            _clock.Advance(Slow);
            (await call).Dispose();
        }

        public void Dispose()
        {
            _metrics.Dispose();
            _app.Dispose();
            _server.Dispose();
        }
    }
}
