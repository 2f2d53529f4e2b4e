using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;
using static Resilience.Http.Tests.ServiceDiscovery.DiscoveryFixture;

namespace Resilience.Http.Tests.ServiceDiscovery;

/// <summary>Lookups that find nothing, fail or take long.</summary>
public sealed class EndpointLookupTests
{
    [Fact]
    public async Task A_service_that_resolves_to_nothing_gives_a_clear_error_and_one_line_per_change()
    {
        await using var app = new DiscoveryFixture(services => Register(services, static o => o.Retry.Enabled = false));
        for (var i = 0; i < 3; i++)
        {
            var error = await Assert.ThrowsAsync<HttpRequestException>(() => app.GetAsync());
            Assert.Equal(HttpRequestError.NameResolutionError, error.HttpRequestError);
            Assert.StartsWith("Service discovery has found no endpoints for https+http://basket.", error.Message);
        }

        Assert.Single(app.Log.Of("NothingFound"));

        app.Configuration["Services:basket:http:0"] = "http://one.internal:1001";
        await app.ReloadAsync();

        Assert.Equal("http://one.internal:1001/items", await app.GetAsync());
        Assert.Single(app.Log.Of("FoundAgain"));
    }

    [Fact]
    public async Task Endpoints_that_all_vanish_are_an_error_too()
    {
        var pods = new Pods();
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services, static o => o.Retry.Enabled = false);
        });
        await app.GetAsync("http://basket/items");

        pods.Addresses = [];
        pods.Change();
        await app.RefreshedAsync("http://basket/");

        await Assert.ThrowsAsync<HttpRequestException>(() => app.GetAsync("http://basket/items"));
        Assert.Single(app.Log.Of("NothingFound"));
    }

    [Fact]
    public async Task While_a_change_is_looked_up_calls_go_by_what_is_known()
    {
        var pods = new Pods();
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services);
        });
        await app.GetAsync("http://basket/items");
        var slow = new TaskCompletionSource();
        (pods.Answer, pods.Addresses) = (slow.Task, ["10.0.0.2"]);

        pods.Change();
        Assert.Equal("http://10.0.0.1:8080/items", await app.GetAsync("http://basket/items"));

        slow.SetResult();
        await app.RefreshedAsync("http://basket/");
        Assert.Equal("http://10.0.0.2:8080/items", await app.GetAsync("http://basket/items"));
    }

    [Fact]
    public async Task If_a_lookup_fails_the_known_endpoints_stay_and_one_log_line_reports_it()
    {
        var pods = new Pods();
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services);
        });
        await app.GetAsync("http://basket/items");
        pods.Answer = Task.FromException(new InvalidOperationException("the registry is down"));
        pods.Change();
        for (var i = 0; i < 3; i++)
        {
            await app.RefreshedAsync("http://basket/");
            Assert.Equal("http://10.0.0.1:8080/items", await app.GetAsync("http://basket/items"));
        }

        Assert.Single(app.Log.Of("LookupFailed"));
    }

    [Fact]
    public async Task A_first_lookup_that_fails_is_an_error_of_the_call()
    {
        var pods = new Pods { Answer = Task.FromException(new InvalidOperationException("the registry is down")) };
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services, static o => o.Retry.Enabled = false);
        });

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => app.GetAsync());

        Assert.Equal("Service discovery has failed for https+http://basket: the registry is down", error.Message);
    }

    [Fact]
    public async Task A_lookup_that_hangs_ends_with_the_call()
    {
        var pods = new Pods { Answer = new TaskCompletionSource().Task };
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services, static o => o.TotalTimeout = TimeSpan.FromMilliseconds(50));
        });

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => app.GetAsync());

        Assert.StartsWith("basket: no endpoints were found within the TotalTimeout of", error.Message);
    }

    [Fact]
    public async Task A_lookup_that_the_end_of_the_app_cancels_is_not_logged_as_failed()
    {
        var pods = new Pods();
        var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services);
        });
        await app.GetAsync("http://basket/items");
        pods.Answer = new TaskCompletionSource().Task;
        pods.Change();
        await app.GetAsync("http://basket/items");
        var lookup = app.RefreshedAsync("http://basket/");
        Assert.False(lookup.IsCompleted);
        await app.DisposeAsync();
        await lookup.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Empty(app.Log.Of("LookupFailed"));
    }

    [Fact]
    public async Task A_first_lookup_that_fails_after_its_call_leaves_no_unobserved_exception()
    {
        const string Probe = "the registry failed after the call had ended";
        var unobserved = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) =>
            unobserved += e.Exception.ToString().Contains(Probe, StringComparison.Ordinal) ? 1 : 0;
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            await FailLateAsync(isCanceled: false, Probe);
            await FailLateAsync(isCanceled: true, Probe);
            for (var i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        Assert.Equal(0, unobserved);
    }

    /// <summary>The only call ends by its deadline, or its caller cancels it; the lookup that it began fails later.</summary>
    private static async Task FailLateAsync(bool isCanceled, string probe)
    {
        var answer = new TaskCompletionSource();
        var pods = new Pods { Answer = answer.Task };
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services, o => o.TotalTimeout = TimeSpan.FromMilliseconds(isCanceled ? 60_000 : 50));
        });
        using var caller = new CancellationTokenSource();
        var call = app.Http.GetAsync("items", caller.Token);
        if (isCanceled)
        {
            await caller.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<Exception>(() => call);
        var lookup = app.RefreshedAsync("https+http://basket/");
        answer.SetException(new InvalidOperationException(probe));
        await lookup.ContinueWith(static _ => { }, TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(30));
        _ = answer.Task.Exception;

        // Another lookup takes its place, so that nothing holds the failed one.
        pods.Answer = Task.CompletedTask;
        var next = app.Http.GetAsync("items").ContinueWith(static call => _ = call.Exception, TaskScheduler.Default);
        await next.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
