using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Microsoft.Kiota.Http.HttpClientLibrary.Middleware.Options;
using Polly;
using Resilience.Http.LibraryTests.Libraries;
using Resilience.Http.LibraryTests.Support;

namespace Resilience.Http.LibraryTests;

/// <summary>A client that repeats calls in two layers is reported once, when the app starts.</summary>
public sealed class SecondLayerTests
{
    [Fact]
    public async Task A_standard_handler_of_MEHR_is_one_warning_with_the_product_of_the_attempts()
    {
        var warning = Assert.Single(await StartAsync(client => client.AddResilience().AddStandardResilienceHandler()));

        Assert.Equal(
            "RHTTP001: the client of payments also has a handler of Microsoft.Extensions.Http.Resilience. If both repeat a call, it is " +
            "sent up to 16 times (4 attempts here for each of 4 there, its default). Keep one of them: remove " +
            "AddStandardResilienceHandler(), AddResilienceHandler() or AddStandardHedgingHandler() from it, or call " +
            "RemoveAllResilienceHandlers(), or set Retry:Enabled to false for this client. See docs/analyzers.md.",
            warning);
    }

    [Fact]
    public async Task A_handler_that_was_added_before_the_chain_is_found_too() =>
        Assert.Single(await StartAsync(client =>
        {
            client.AddStandardResilienceHandler();
            client.AddResilience();
        }));

    [Fact]
    public async Task A_policy_of_Polly_is_one_warning() => Assert.Contains(
        "a policy of Polly",
        Assert.Single(await StartAsync(client => client.AddResilience().AddTransientHttpErrorPolicy(policy => policy.RetryAsync(3)))),
        StringComparison.Ordinal);

    [Fact]
    public async Task The_retry_handler_of_Kiota_is_one_warning() => Assert.Contains(
        "16 times",
        Assert.Single(await StartAsync(client =>
        {
            client.AddResilience();
            foreach (var handler in KiotaClientFactory.GetDefaultHandlerActivatableTypes())
            {
                client.AddHttpMessageHandler(
                    _ => (DelegatingHandler)Activator.CreateInstance(
                        handler.Type, handler.Type.GetConstructors()[0].GetParameters().Select(_ => (object?)null).ToArray())!);
            }
        })),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_second_layer_inside_the_primary_handler_is_found() =>
        Assert.Single(await StartAsync(client => client.AddResilience()
            .ConfigurePrimaryHttpMessageHandler(
                () => KiotaClientFactory.ChainHandlersCollectionAndGetFirstLink(
                    new SocketsHttpHandler(), [.. KiotaClientFactory.CreateDefaultHandlers()])!)));

    [Fact]
    public async Task Switched_off_retries_of_the_chain_are_a_way_out() =>
        Assert.Empty(
            await StartAsync(client => client.AddResilience(options => options.Retry.Enabled = false).AddStandardResilienceHandler()));

    [Fact]
    public async Task Removing_the_other_handlers_is_a_way_out() => Assert.Empty(await StartAsync(client =>
    {
        client.AddStandardResilienceHandler();
#pragma warning disable EXTEXP0001 // For evaluation purposes only, and what users are told to call.
        client.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        client.AddResilience();
    }));

    [Fact]
    public async Task A_second_layer_on_another_client_causes_no_warning() => Assert.Empty(await StartAsync(client =>
    {
        client.AddResilience();
        client.Services.AddHttpClient("other").AddStandardResilienceHandler();
    }));

    [Fact]
    public async Task A_handler_that_cannot_be_created_at_start_is_created_again_by_the_first_call()
    {
        var ready = false;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddHttpClient("payments").AddResilience()
            .AddHttpMessageHandler(() => ready ? new Harmless() : throw new InvalidOperationException("not yet"))
            .AddStandardResilienceHandler();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        ready = true;

        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_chain_without_a_container_looks_through_the_handlers_inside_it()
    {
        using var log = new AppLog();
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        var inner = KiotaClientFactory.ChainHandlersCollectionAndGetFirstLink(
            new SocketsHttpHandler(), [.. KiotaClientFactory.CreateDefaultHandlers()])!;

        using var handler = ResilientHttpHandler.Create("payments", new ResilientHttpClientOptions(), inner, loggerFactory: logs);

        Assert.Single(log.WithId("RHTTP001"));
    }

    [Fact]
    public async Task The_header_of_the_AWS_SDK_is_one_warning_for_a_client()
    {
        await using var bench = await Bench.StartAsync(Answers.Always(200), Bench.Plain, configure: null);

        for (var call = 1; call <= 2; call++)
        {
            using var client = new AwsOrdersClient(new AwsOrdersConfig(bench.Server.Address, bench.Handler));
            await client.PutAsync([1], TestContext.Current.CancellationToken);
        }

        Assert.Contains("the AWS SDK, with up to 3 attempts", Assert.Single(bench.Log.WithId("RHTTP001")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_header_of_Kiota_is_one_warning_for_a_client()
    {
        await using var bench = await Bench.StartAsync(
            Answers.FailingFirst(4, "{}"), Bench.Plain, options => options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1));
        using var client = KiotaClientFactory.Create(bench.Handler, [new RetryHandlerOption { Delay = 1 }]);

        using var response = await client.PutAsync(
            new Uri(bench.Server.Address, "orders/1"), new StringContent("tea"), TestContext.Current.CancellationToken);

        Assert.Equal(5, bench.Server.Arrivals.Count);
        Assert.Contains("Retry-Attempt", Assert.Single(bench.Log.WithId("RHTTP001")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_header_of_the_AWS_SDK_without_retries_causes_no_warning()
    {
        await using var bench = await Bench.StartAsync(Answers.Always(200), Bench.Plain, configure: null);
        using var client = new AwsOrdersClient(new AwsOrdersConfig(bench.Server.Address, bench.Handler) { MaxErrorRetry = 0 });

        await client.PutAsync([1], TestContext.Current.CancellationToken);

        Assert.Empty(bench.Log.WithId("RHTTP001"));
    }

    private sealed class Harmless : DelegatingHandler;

    /// <summary>The warnings of an app with the client "payments" when its host has started.</summary>
    private static async Task<IReadOnlyList<string>> StartAsync(Action<IHttpClientBuilder> register)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        using var log = new AppLog();
        builder.Logging.AddProvider(log);
        register(builder.Services.AddHttpClient("payments"));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("payments"); // Says nothing again.
        await host.StopAsync(TestContext.Current.CancellationToken);
        return log.WithId("RHTTP001");
    }
}
