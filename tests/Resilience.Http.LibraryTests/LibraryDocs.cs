using System.ClientModel;
using System.ClientModel.Primitives;
using Azure.Core;
using Azure.Core.Pipeline;
using Elastic.Transport;
using Flurl.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using OpenAI;
using Refit;
using Resilience.Http.LibraryTests.Grpc;
using Resilience.Http.LibraryTests.Libraries;
using RestSharp;
using Stripe;

namespace Resilience.Http.LibraryTests;

/// <summary>The snippets of docs/libraries.md and docs/grpc.md, compiled, and each made once.</summary>
public sealed class LibraryDocs
{
    private static readonly Uri Address = new("http://localhost/");

    [Fact]
    public void Every_library_is_put_on_a_resilient_client_as_the_page_says()
    {
        var services = new ServiceCollection();
        #region refit
        services.AddRefitGeneratedClient<IOrders>(settings: null, httpClientName: "orders")
            .ConfigureHttpClient(client => client.BaseAddress = Address)
            .AddResilience();
        #endregion
        #region httpclient
        services.AddResilientHttpClient("flurl");
        services.AddSingleton<IFlurlClient>(provider => new FlurlClient(Client(provider, "flurl"), "https://api.internal"));

        services.AddResilientHttpClient("restsharp");
        services.AddSingleton(provider => new RestClient(Client(provider, "restsharp"), new RestClientOptions("https://api.internal")));

        static HttpClient Client(IServiceProvider provider, string name) =>
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(name);
        #endregion
        #region kiota
        services.AddResilientHttpClient("kiota");
        services.AddSingleton(
            provider => new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: Client(provider, "kiota")));
        #endregion
        #region openai
        services.AddResilientHttpClient("openai", options =>
        {
            // If a response is not streamed, its headers arrive only when it is complete.
            options.AttemptTimeout = options.TotalTimeout = TimeSpan.FromMinutes(2);
            options.Retry.RetryUnsafeMethods = true;                                 // Every call is a POST.
        });
        services.AddSingleton(provider => new OpenAIClient(new ApiKeyCredential("key"), new OpenAIClientOptions
        {
            Transport = new HttpClientPipelineTransport(Client(provider, "openai")),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        }));
        #endregion
        #region azure
        services.AddResilientHttpClient("blobs");
        services.AddSingleton(provider =>
        {
            var options = new BlobOptions { Transport = new HttpClientTransport(Client(provider, "blobs")) };
            options.Retry.MaxRetries = 0;
            return HttpPipelineBuilder.Build(options); // In your app: return new BlobServiceClient(uri, credential, options);
        });
        #endregion
        #region stripe
        services.AddResilientHttpClient("stripe");
        services.AddSingleton(
            provider => new StripeClient("sk_...", httpClient: new SystemNetHttpClient(Client(provider, "stripe"), maxNetworkRetries: 0)));
        #endregion
        #region elastic
        services.AddResilientHttpClient("elastic");
        services.AddSingleton(provider => new DistributedTransport<TransportConfiguration>(new TransportConfiguration(
            new SingleNodePool(Address),
            new HttpRequestInvoker((_, _) => provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("elastic")))
        {
            MaxRetries = 0,
        }));
        #endregion
        #region grpc
        services.AddGrpcClient<Greeter.GreeterClient>("greeter", options => options.Address = Address)
            .AddResilience();
        #endregion

        using var app = services.BuildServiceProvider();
        foreach (var service in services.Where(
            service => service.ServiceType.Assembly != typeof(ServiceCollection).Assembly && service.ImplementationFactory is not null))
        {
            Assert.NotNull(service.ServiceType.ContainsGenericParameters ? service : app.GetService(service.ServiceType));
        }
    }

    [Fact]
    public void The_settings_of_the_grpc_page_are_right()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddJsonFile(Checkout.PathOf("tests/Resilience.Http.LibraryTests/Grpc/grpc.appsettings.json"))
            .Build());
        services.AddGrpcClient<Greeter.GreeterClient>("greeter", options => options.Address = Address).AddResilience();
        using var app = services.BuildServiceProvider();

        Assert.NotNull(app.GetRequiredService<Greeter.GreeterClient>());
    }

    private sealed class BlobOptions : ClientOptions;
}
