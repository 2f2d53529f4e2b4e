using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;

namespace Resilience.Http.Tests.ServiceDiscovery;

/// <summary>Endpoints by Microsoft.Extensions.ServiceDiscovery, with its configuration provider and with one of the test's own.</summary>
public sealed class ServiceDiscoveryTests
{
    private static readonly (string, string)[] Two =
    [
        ("Services:basket:http:0", "http://one.internal:1001"),
        ("Services:basket:http:1", "http://two.internal:1002/api"),
        ("Services:basket:admin:0", "http://admin.internal:3001"),
    ];

    [Fact]
    public async Task Each_endpoint_gets_calls_and_has_a_circuit_of_its_own()
    {
        await using var app = new DiscoveryFixture(Register, Two);

        Assert.Equal(["one.internal:1001", "two.internal:1002"], await app.GetManyAsync(20));
        Assert.Equal(["http://one.internal:1001", "http://two.internal:1002"], app.Authorities);
        Assert.Contains(app.Server.Requests, static request => request.Uri!.AbsolutePath == "/api/items");
    }

    [Fact]
    public async Task A_retry_goes_to_another_endpoint()
    {
        await using var app = new DiscoveryFixture(Register, Two);
        app.Server.Script.At("http://one.internal:1001", s => s.Refuse().Always());
        for (var i = 0; i < 10; i++)
        {
            using var response = await app.Http.GetAsync("items", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Of_two_schemes_the_first_that_has_endpoints_is_used()
    {
        await using var app = new DiscoveryFixture(Register, [.. Two, ("Services:basket:https:0", "https://safe.internal:2001")]);

        Assert.Equal(["safe.internal:2001"], await app.GetManyAsync(5));
    }

    [Fact]
    public async Task Named_endpoints_are_found()
    {
        await using var app = new DiscoveryFixture(Register, Two);

        Assert.Equal("http://admin.internal:3001/items", await app.GetAsync("http://_admin.basket/items"));
    }

    [Fact]
    public async Task A_change_reaches_the_next_calls_and_a_gone_endpoint_takes_its_circuit_along()
    {
        await using var app = new DiscoveryFixture(Register, Two);
        await app.GetManyAsync(10);

        app.Configuration["Services:basket:http:1"] = "http://three.internal:1003";
        await ReloadAsync(app);

        Assert.Equal(["one.internal:1001", "three.internal:1003"], await app.GetManyAsync(20));
        Assert.Equal(["http://one.internal:1001", "http://three.internal:1003"], app.Authorities);
        Assert.Single(app.Log.Of("EndpointsChanged"));
    }

    [Fact]
    public async Task A_gone_endpoint_takes_its_circuit_along_without_a_further_call()
    {
        await using var app = new DiscoveryFixture(Register, Two);
        await app.GetManyAsync(10);

        app.Configuration["Services:basket:http:1"] = "http://three.internal:1003";
        await ReloadAsync(app);

        Assert.Equal(["http://one.internal:1001"], app.Authorities);
        Assert.Single(app.Log.Of("EndpointsChanged"));
    }

    [Fact]
    public async Task Each_further_change_is_followed_without_a_call_too()
    {
        var pods = new Pods();
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services);
        });
        await app.GetAsync("http://basket/items");
        for (var i = 2; i < 5; i++)
        {
            pods.Addresses = [$"10.0.0.{i}"];
            pods.Change();
            await app.RefreshedAsync("http://basket/");
            Assert.Empty(app.Authorities);
        }

        Assert.Equal("http://10.0.0.4:8080/items", await app.GetAsync("http://basket/items"));
    }

    [Fact]
    public async Task If_all_endpoints_vanish_their_circuits_go_without_a_further_call()
    {
        var pods = new Pods();
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services);
        });
        await app.GetAsync("http://basket/items");
        Assert.NotEmpty(app.Authorities);

        pods.Addresses = [];
        pods.Change();
        await app.RefreshedAsync("http://basket/");

        Assert.Empty(app.Authorities);
    }

    [Fact]
    public async Task An_edit_of_other_settings_changes_nothing()
    {
        await using var app = new DiscoveryFixture(Register, Two);
        await app.GetManyAsync(10);
        app.Circuits.Isolate("basket", "for the test", authority: "http://one.internal:1001");

        app.Configuration["Other"] = "value";
        await ReloadAsync(app);

        Assert.Equal(["two.internal:1002"], await app.GetManyAsync(10));
        Assert.Empty(app.Log.Of("EndpointsChanged"));
    }

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
        await ReloadAsync(app);

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
    public async Task Requests_to_hosts_that_are_not_services_pass_unchanged()
    {
        await using var app = new DiscoveryFixture(Register, Two);

        Assert.Equal("https://api.example.com/v1?q=%2F", await app.GetAsync("https://api.example.com/v1?q=%2F"));
    }

    [Fact]
    public async Task With_the_pass_through_provider_an_unknown_service_is_a_host_name()
    {
        await using var app = new DiscoveryFixture(services => Register(services.AddServiceDiscovery()));

        Assert.Equal("https://basket/items", await app.GetAsync());
        Assert.Equal("http://localhost:5000/a%2Fb", await app.GetAsync("http://localhost:5000/a%2Fb"));
        Assert.Equal("http://127.0.0.1:5000/", await app.GetAsync("http://127.0.0.1:5000/"));
    }

    [Fact]
    public async Task The_order_of_the_Aspire_template_works()
    {
        await using var app = new DiscoveryFixture(
            services =>
            {
                services.AddServiceDiscovery();
                services.ConfigureHttpClientDefaults(http =>
                {
                    http.AddResilience().UseServiceDiscovery();
                    http.AddServiceDiscovery(); // not needed, and does no harm
                });
                services.AddHttpClient("basket", static client => client.BaseAddress = new Uri("https+http://basket"));
            },
            Two);

        Assert.Equal(["one.internal:1001", "two.internal:1002"], await app.GetManyAsync(20));
        Assert.Equal("https://api.example.com/", await app.GetAsync("https://api.example.com/"));
        app.Circuits.Isolate("basket", "for the test", authority: "http://one.internal:1001");
        Assert.Equal(["two.internal:1002"], await app.GetManyAsync(10));
    }

    [Fact]
    public async Task A_provider_of_the_apps_own_is_used_with_its_host_names()
    {
        var pods = new Pods();
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services);
        });

        Assert.Equal("http://10.0.0.1:8080/items", await app.GetAsync("http://basket/items"));
        Assert.Equal("basket.example", app.Server.Requests[^1].Headers["Host"]);
    }

    [Fact]
    public async Task An_IP_address_is_asked_for_the_name_of_the_service()
    {
        var pods = new Pods { HostName = null };
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services);
        });

        await app.GetAsync("http://_admin.basket/items");

        Assert.Equal("basket", app.Server.Requests[^1].Headers["Host"]);
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
    public async Task If_a_lookup_fails_the_endpoints_that_are_known_stay_and_one_line_says_so()
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
    public async Task A_lookup_that_ends_with_the_app_is_not_logged_as_failed()
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

    [Fact]
    public async Task A_synchronous_call_finds_its_endpoints_too()
    {
        await using var app = new DiscoveryFixture(Register, Two);

        using var response = app.Http.Send(new(HttpMethod.Get, "items"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Addresses_of_the_settings_take_precedence()
    {
        await using var app = new DiscoveryFixture(
            services => Register(services, static o =>
            {
                o.BaseAddress = new Uri("http://basket/");
                o.Endpoints.Addresses = [new(new Uri("http://mine.internal"))];
            }),
            Two);

        Assert.Equal("http://mine.internal/items", await app.GetAsync());
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

    private static void Register(IServiceCollection services) => Register(services, static _ => { });

    private static void Register(IServiceCollection services, Action<ResilientHttpClientOptions> configure) =>
        services.AddResilientHttpClient("basket", o =>
        {
            o.Retry.BaseDelay = TimeSpan.Zero;
            configure(o);
        }).UseServiceDiscovery();

    private static async Task ReloadAsync(DiscoveryFixture app)
    {
        ((Microsoft.Extensions.Configuration.IConfigurationRoot)app.Configuration).Reload();
        foreach (var name in (string[])["https+http://basket/", "http://basket/"])
        {
            await app.RefreshedAsync(name);
        }
    }

    /// <summary>A registry of pods that the test controls.</summary>
    private sealed class Pods : IServiceEndpointProviderFactory, IServiceEndpointProvider, IHostNameFeature
    {
        private CancellationTokenSource _changed = new();

        public string[] Addresses { get; set; } = ["10.0.0.1"];

        public string? HostName { get; init; } = "basket.example";

        public Task Answer { get; set; } = Task.CompletedTask;

        string IHostNameFeature.HostName => HostName!;

        public void Change() => Interlocked.Exchange(ref _changed, new()).Cancel();

        public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
        {
            provider = this;
            return true;
        }

        public async ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
        {
            endpoints.AddChangeToken(new Microsoft.Extensions.Primitives.CancellationChangeToken(_changed.Token));
            await Answer.WaitAsync(cancellationToken);
            foreach (var address in Addresses)
            {
                var endpoint = ServiceEndpoint.Create(new IPEndPoint(IPAddress.Parse(address), 8080));
                if (HostName is not null)
                {
                    endpoint.Features.Set<IHostNameFeature>(this);
                }

                endpoints.Endpoints.Add(endpoint);
            }
        }

        public ValueTask DisposeAsync() => default;
    }
}
