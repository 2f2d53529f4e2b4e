using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Pipeline;
using Resilience.Http.Tests.Requests;

namespace Resilience.Http.Tests.Pipeline;

/// <summary>Where the observer of redirects is put, and where it is not needed.</summary>
public sealed class RedirectWatchTests
{
    [Fact]
    public async Task A_client_without_handlers_of_its_own_needs_no_observer()
    {
        using var primary = new RedirectingServer(static _ => new HttpResponseMessage());
        await using var provider = Provider(primary, static _ => { });

        await CallAsync(provider);

        Assert.DoesNotContain(HandlersOf(provider), static handler => handler is RedirectObserver);
    }

    [Fact]
    public async Task The_observer_is_placed_next_to_the_primary_handler_inside_chaos_too()
    {
        using var primary = new RedirectingServer(static _ => new HttpResponseMessage());
        await using var provider = Provider(
            primary,
            static client => client.AddHttpMessageHandler(static () => new Rewriting("https://10.0.0.1", restores: true)),
            static services => services.AddResilientHttpChaos());

        await CallAsync(provider);

        var observer = Assert.Single(HandlersOf(provider).OfType<RedirectObserver>());
        Assert.Same(primary, observer.InnerHandler);
    }

    [Fact]
    public void A_primary_handler_that_follows_no_redirects_is_not_observed()
    {
        using var last = new Rewriting("https://10.0.0.1", restores: true)
        {
            InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false }
        };
        using var outer = new Rewriting("https://10.0.0.1", restores: true) { InnerHandler = last };

        RedirectWatch.Begin(outer);

        Assert.IsType<SocketsHttpHandler>(last.InnerHandler);
    }

    [Fact]
    public void Two_chains_over_one_handler_share_the_observer()
    {
        using var shared = new Rewriting("https://10.0.0.1", restores: true) { InnerHandler = new SocketsHttpHandler() };
        using var one = new Rewriting("https://10.0.0.1", restores: true) { InnerHandler = shared };
        using var other = new Rewriting("https://10.0.0.1", restores: true) { InnerHandler = shared };

        RedirectWatch.Begin(one);
        var observer = Assert.IsType<RedirectObserver>(shared.InnerHandler);
        RedirectWatch.Begin(other);

        Assert.Same(observer, shared.InnerHandler);
    }

    [Fact]
    public void Concurrent_first_calls_create_one_observer() => Race.Run(
        rounds: 2_000,
        static () =>
        {
            var last = new Rewriting("https://10.0.0.1", restores: true) { InnerHandler = new SocketsHttpHandler() };
            return (Last: last, Outer: new Rewriting("https://10.0.0.1", restores: true) { InnerHandler = last });
        },
        static handlers =>
        {
            using (handlers.Outer)
            {
                Assert.IsType<SocketsHttpHandler>(Assert.IsType<RedirectObserver>(handlers.Last.InnerHandler).InnerHandler);
            }
        },
        static handlers => RedirectWatch.Begin(handlers.Outer),
        static handlers => RedirectWatch.Begin(handlers.Outer));

    [Fact]
    public async Task A_first_call_that_comes_after_the_send_of_another_shares_its_observer()
    {
        using var primary = new RedirectingServer(static _ => new HttpResponseMessage());
        using var last = new Rewriting("https://10.0.0.1", restores: true) { InnerHandler = primary };
        using var outer = new Rewriting("https://10.0.0.1", restores: true) { InnerHandler = last };
        var first = RedirectWatch.Begin(outer);
        var observer = last.InnerHandler;
        using (var client = new HttpClient(outer, disposeHandler: false))
        {
            using var response = await client.GetAsync("https://api.internal/");
        }

        // The second call found the primary handler just before the first put its observer in.
        var second = RedirectWatch.Observe(last, primary);

        Assert.Same(first, second);
        Assert.Same(observer, last.InnerHandler);
    }

    [Fact]
    public async Task A_handler_that_has_sent_before_takes_no_observer_and_its_calls_count_as_before()
    {
        using var server = new RedirectingServer(static _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        var discovery = new Rewriting("https://10.0.0.1", restores: true) { InnerHandler = server };
        using (var earlier = new HttpMessageInvoker(discovery, disposeHandler: false))
        {
            using var response = await earlier.SendAsync(
                new HttpRequestMessage(HttpMethod.Get, "https://api.internal/"), CancellationToken.None);
        }

        var options = new ResilientHttpClientOptions { Retry = { Enabled = false }, CircuitBreaker = { FailureThreshold = 1 } };
        using var chain = ResilientHttpHandler.Create("api", options, discovery);
        using var client = new HttpClient(chain);
        using var unavailable = await client.GetAsync("https://api.internal/");

        Assert.Equal(CircuitState.Open, chain.Circuits.Find("api")!.State);
    }

    [Fact]
    public async Task A_chain_that_is_switched_off_still_prepares_for_being_switched_on_again()
    {
        using var primary = new RedirectingServer(static _ => new HttpResponseMessage());
        await using var provider = Provider(
            primary,
            static client => client.AddHttpMessageHandler(static () => new Rewriting("https://10.0.0.1", restores: true)),
            enabled: false);

        await CallAsync(provider);

        Assert.Single(HandlersOf(provider).OfType<RedirectObserver>());
    }

    private static ServiceProvider Provider(
        HttpMessageHandler primary, Action<IHttpClientBuilder> configure, Action<IServiceCollection>? more = null, bool enabled = true)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        more?.Invoke(services);
        configure(
            services.AddResilientHttpClient("api", options => options.Enabled = enabled).ConfigurePrimaryHttpMessageHandler(() => primary));
        return services.BuildServiceProvider();
    }

    private static async Task CallAsync(IServiceProvider provider)
    {
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");
        using var response = await client.GetAsync("https://api.internal/");
    }

    private static List<HttpMessageHandler> HandlersOf(IServiceProvider provider)
    {
        var handlers = new List<HttpMessageHandler>();
        for (var handler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("api");
            handler is not null;
            handler = (handler as DelegatingHandler)?.InnerHandler)
        {
            handlers.Add(handler);
        }

        return handlers;
    }
}
