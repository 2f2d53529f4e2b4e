using System.ClientModel;
using System.ClientModel.Primitives;
using Azure.Core;
using Azure.Core.Pipeline;
using Elastic.Transport;
using Flurl.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using OpenAI;
using OpenAI.Chat;
using Refit;
using Resilience.Http.LibraryTests.Libraries;
using Resilience.Http.LibraryTests.Support;
using RestSharp;

namespace Resilience.Http.LibraryTests;

/// <summary>A library that streams a response gets its first bytes before the server sends the rest.</summary>
public sealed class StreamingTests
{
    private const string First = "first\n";
    private const string Second = "second\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Flurl_streams() =>
        StreamsAsync(
            bench =>
                new FlurlClient(bench.Client).Request("orders").GetStreamAsync(HttpCompletionOption.ResponseHeadersRead, Cancellation));

    [Fact]
    public Task RestSharp_streams() =>
        StreamsAsync(bench => new RestClient(bench.Client).DownloadStreamAsync(new RestRequest("orders"), Cancellation)!);

    [Fact]
    public Task Refit_streams() => StreamsAsync(
        bench => bench.App.GetRequiredService<IOrderStream>().GetAsync(),
        static (services, address) => services
            .AddRefitGeneratedClient<IOrderStream>(settings: null, "payments")
            .ConfigureHttpClient(client => client.BaseAddress = address));

    [Fact]
    public Task Kiota_streams() => StreamsAsync(bench =>
        new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: bench.Client).SendPrimitiveAsync<Stream>(
            new RequestInformation { HttpMethod = Microsoft.Kiota.Abstractions.Method.GET, URI = new Uri(bench.Server.Address, "orders") },
            cancellationToken: Cancellation)!);

    [Fact]
    public Task Azure_streams() => StreamsAsync(async bench =>
    {
        var pipeline = HttpPipelineBuilder.Build(new OrdersOptions { Transport = new HttpClientTransport(bench.Client) });
        var message = pipeline.CreateMessage();
        message.BufferResponse = false;
        message.Request.Uri.Reset(new Uri(bench.Server.Address, "orders"));
        await pipeline.SendAsync(message, Cancellation);
        return message.Response.ContentStream!;
    });

    [Fact]
    public Task Aws_streams() => StreamsAsync(
        bench => new AwsOrdersClient(new AwsOrdersConfig(bench.Server.Address, bench.Handler)).OpenAsync(Cancellation));

    [Fact]
    public Task Elastic_streams() => StreamsAsync(async bench =>
    {
        var transport = new DistributedTransport<TransportConfiguration>(
            new TransportConfiguration(new SingleNodePool(bench.Server.Address), new HttpRequestInvoker((_, _) => bench.Handler)));
        return (await transport.RequestAsync<StreamResponse>(Elastic.Transport.HttpMethod.GET, "/orders", Cancellation)).Body;
    }, type: "application/json");

    [Fact]
    public async Task OpenAI_streams_token_by_token()
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bench = await Bench.StartAsync(
            Answers.Lines("text/event-stream", Token("tea"), Token("pot") + "data: [DONE]\n\n", seen.Task), Bench.Plain, configure: null);
        var options = new OpenAIClientOptions
        {
            Endpoint = bench.Server.Address,
            Transport = new HttpClientPipelineTransport(bench.Client)
        };
        var tokens = new List<string>();

        await foreach (var update in new OpenAIClient(new ApiKeyCredential("key"), options)
            .GetChatClient("m")
            .CompleteChatStreamingAsync([new UserChatMessage("hello")], cancellationToken: Cancellation))
        {
            tokens.Add(update.ContentUpdate[0].Text);
            seen.TrySetResult();
        }

        Assert.Equal(["tea", "pot"], tokens);
    }

    private static string Token(string text) =>
        $$$"""data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{{{text}}}"}}]}""" +
        "\n\n";

    private static async Task StreamsAsync(
        Func<Bench, Task<Stream>> open, Func<IServiceCollection, Uri, IHttpClientBuilder>? register = null, string type = "text/plain")
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var bench = await Bench.StartAsync(
            Answers.Lines(type, First, Second, seen.Task), register ?? Bench.Plain, configure: null);
        using var reader = new StreamReader(await open(bench));

        Assert.Equal("first", await reader.ReadLineAsync(Cancellation));
        seen.SetResult(); // Only now the server sends the rest.
        Assert.Equal(Second, await reader.ReadToEndAsync(Cancellation));
    }

    private sealed class OrdersOptions : ClientOptions;
}
