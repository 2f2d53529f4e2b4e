using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Registration;

/// <summary>The host's own shutdown reaches the calls of its clients.</summary>
public sealed class HostShutdownTests
{
    [Fact]
    public async Task The_hosts_timeout_bounds_the_calls_and_the_log_says_how_many_were_cut()
    {
        var clock = new VirtualTimeProvider();
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(5));
            services.AddResilientHttpClient("payments", options => options.Retry.Enabled = false)
                .ConfigurePrimaryHttpMessageHandler(() => new ScriptedServer(script => script.Hang().Always(), clock));
        });
        var client = app.Client("payments");
        Task[] calls = [.. Enumerable.Range(0, 3).Select(_ => client.GetAsync(new Uri("https://payments.internal/")))];

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        clock.Advance(TimeSpan.FromSeconds(4.499));
        Assert.DoesNotContain(calls, call => call.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        foreach (var call in calls)
        {
            Assert.Equal(TimeoutScope.Shutdown, (await Assert.ThrowsAsync<RequestTimedOutException>(() => call)).Scope);
        }

        await app.StopAsync();

        Assert.Contains(
            "The shutdown of the app ended 3 calls of its resilient clients, 4.5 s after it began. If such calls need more time, raise " +
            "HostOptions.ShutdownTimeout and the time that the platform gives the app to stop.",
            app.Logs.Named("CallsCut"));
    }

    [Fact]
    public async Task A_call_that_is_cut_leaves_no_unobserved_exception()
    {
        const string Probe = "thrown by the server after the shutdown has cut its call";
        var unobserved = new List<Exception>();
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await CutAsync(Probe);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.Empty(unobserved);

        void Note(object? sender, UnobservedTaskExceptionEventArgs args)
        {
            if (args.Exception.ToString().Contains(Probe, StringComparison.Ordinal))
            {
                unobserved.Add(args.Exception);
            }
        }
    }

    [Fact]
    public async Task A_shutdown_that_cuts_no_call_logs_nothing()
    {
        using var app = await TestApp.StartedAsync("{}", services => services.AddResilientHttpClient("payments"));

        await app.StopAsync();

        Assert.Empty(app.Logs.Named("CallsCut"));
    }

    [Fact]
    public void Without_a_host_no_shutdown_is_expected()
    {
        using var provider = new ServiceCollection().AddResilientHttpClient("payments").Services.BuildServiceProvider();

        Assert.False(provider.GetRequiredService<ResilienceRuntime>().Shutdown.IsExpected);
    }

    /// <summary>Apart from the test, so that nothing of it is still referenced when the garbage is collected.</summary>
    private static async Task CutAsync(string probe)
    {
        var clock = new VirtualTimeProvider();
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddResilientHttpClient("payments").ConfigurePrimaryHttpMessageHandler(
                () => new ScriptedServer(
                    script => script.Then(async (_, cancellationToken) =>
                    {
                        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                        throw new IOException(probe);
                    }).Always(),
                    clock));
        });
        var call = app.Client("payments").GetAsync(new Uri("https://payments.internal/"));
        app.Services.GetRequiredService<ResilienceRuntime>().Shutdown.Begin(TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<RequestTimedOutException>(() => call);
    }
}
