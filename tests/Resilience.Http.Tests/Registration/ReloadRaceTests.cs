using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Resilience.Http.Pipeline;
using static Resilience.Http.Tests.Registration.ReloadApp;

namespace Resilience.Http.Tests.Registration;

/// <summary>Edits that meet another edit, the start, or the first use of a client.</summary>
public sealed class ReloadRaceTests : IDisposable
{
    private readonly SettingsFile _file = new(Payments("""{ "Retry": { "MaxRetries": 1, "BaseDelay": "0s" } }"""));

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Edits_from_two_threads_end_with_the_last_one_in_force()
    {
        var configuration = new ConfigurationBuilder()
            .Add(new Switch("ResilientHttpClients:Clients:payments:Retry:MaxRetries", out var retries))
            .Add(new Switch("ResilientHttpClients:Clients:payments:CircuitBreaker:HalfOpenMaxCalls", out var trials));
        using var app = TestApp.With(
            into => into.AddConfiguration(configuration.Build()), services => services.AddResilientHttpClient("payments"));
        await app.StartAsync();

        for (var round = 1; round <= 100; round++)
        {
            using var both = new Barrier(2);
            await Task.WhenAll(Task.Run(() => Turn(retries)), Task.Run(() => Turn(trials)));

            var options = app.InForce("payments");
            Assert.Equal((round, round), (options.Retry.MaxRetries, options.CircuitBreaker.HalfOpenMaxCalls));

            void Turn(SwitchProvider provider)
            {
                both.SignalAndWait();
                provider.Set(round);
            }
        }
    }

    [Fact]
    public async Task An_edit_that_was_overtaken_by_a_later_one_changes_nothing()
    {
        using var held = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var own = new SettingsFile("""{ "stock": { "TotalTimeout": "5s" } }""");
        var hold = false;
        using var app = await _file.StartedAsync(services =>
        {
            services.AddResilientHttpClient("inventory", own.Build().GetSection("stock"));
            services.AddResilientHttpClient("payments", _ =>
            {
                if (Interlocked.Exchange(ref hold, false))
                {
                    held.Set();
                    release.Wait();
                }
            });
        });

        hold = true;
        var overtaken = Task.Factory.StartNew(
            () => _file.Edit(Payments("""{ "Retry": { "MaxRetries": 2 } }""")), TaskCreationOptions.LongRunning);
        held.Wait(); // both files have been read
        own.Edit("""{ "stock": { "TotalTimeout": "6s" } }""");
        release.Set();
        await overtaken;

        Assert.Equal((6, 2), (app.InForce("inventory").TotalTimeout.TotalSeconds, app.InForce("payments").Retry.MaxRetries));
        var monitor = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>();
        Assert.Equal((6, 2), (monitor.Get("inventory").TotalTimeout.TotalSeconds, monitor.Get("payments").Retry.MaxRetries));
    }

    [Fact]
    public void Older_options_never_replace_newer_ones()
    {
        var service = new ServiceState("payments", new ResilienceRuntime(), new ResilientHttpClientOptions { Edition = 1 });
        var newer = new ResilientHttpClientOptions { Edition = 3 };
        service.Use(newer);
        service.Use(new ResilientHttpClientOptions { Edition = 2 });

        Assert.Same(newer, service.Options);
    }

    [Fact]
    public async Task An_edit_during_the_first_use_of_a_client_applies_to_it()
    {
        Action? whileItIsMade = null;
        using var app = await _file.StartedAsync(services =>
        {
            services.ConfigureHttpClientDefaults(
                client => client.ConfigureResilience((_, _) => Interlocked.Exchange(ref whileItIsMade, null)?.Invoke()).AddResilience());
        });

        whileItIsMade = () => _file.Edit(TestApp.Clients("""{ "payments": {} }""", defaults: """{ "Retry": { "MaxRetries": 8 } }"""));
        app.Client("weather").Dispose();

        Assert.Equal(8, app.InForce("weather").Retry.MaxRetries);
    }

    [Fact]
    public async Task An_edit_while_the_app_starts_is_in_force_after_it()
    {
        Action? whileItStarts = () => _file.Edit(Payments("""{ "Retry": { "MaxRetries": 8 } }"""));
        using var app = await _file.StartedAsync(services =>
            services
                .AddResilientHttpClient("payments")
                .ConfigureResilience((_, _) => Interlocked.Exchange(ref whileItStarts, null)?.Invoke()));

        Assert.Equal(8, app.InForce("payments").Retry.MaxRetries);
    }

    /// <summary>One number in configuration that a test turns.</summary>
    private sealed class Switch : IConfigurationSource
    {
        private readonly SwitchProvider _provider;

        public Switch(string key, out SwitchProvider provider) => _provider = provider = new SwitchProvider(key);

        public IConfigurationProvider Build(IConfigurationBuilder builder) => _provider;
    }

    private sealed class SwitchProvider(string key) : ConfigurationProvider
    {
        public override void Load() => Data = new Dictionary<string, string?> { [key] = "1" };

        public void Set(int value)
        {
            Data = new Dictionary<string, string?> { [key] = value.ToString() };
            OnReload();
        }
    }
}
