using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Retry;

/// <summary>Headers by which libraries say that they repeat calls too.</summary>
public sealed class SecondLayerHeadersTests
{
    [Theory]
    [InlineData("amz-sdk-request", "attempt=1; max=3", "the AWS SDK, with up to 3 attempts")]
    [InlineData("Amz-Sdk-Request", "attempt=2; max=5", "the AWS SDK, with up to 5 attempts")]
    [InlineData("amz-sdk-request", "attempt=2", "the AWS SDK")]
    [InlineData("Retry-Attempt", "1", "the RetryHandler of Kiota")]
    [InlineData("grpc-previous-rpc-attempts", "1", "a retry policy of gRPC")]
    public async Task A_header_of_another_layer_is_one_warning_for_a_client(string name, string value, string layer)
    {
        var log = new RecordedLog();

        await SendAsync(log, name, value);

        Assert.Equal(layer, Assert.Single(log.Of("SecondLayer")).Fields["Layer"]);
    }

    [Theory]
    [InlineData("amz-sdk-request", "attempt=1; max=1")]
    [InlineData("Authorization", "x")]
    [InlineData("X-Request-Id", "1")]
    [InlineData("Retry-Attempts", "1")]
    public async Task Any_other_header_is_ignored(string name, string value)
    {
        var log = new RecordedLog();

        await SendAsync(log, name, value);

        Assert.Empty(log.Of("SecondLayer"));
    }

    [Fact]
    public async Task If_the_chain_repeats_nothing_a_second_layer_is_the_only_one()
    {
        var log = new RecordedLog();

        await SendAsync(log, "Retry-Attempt", "1", options => options.Retry.Enabled = false);

        Assert.Empty(log.Of("SecondLayer"));
    }

    private static async Task SendAsync(RecordedLog log, string name, string value, Action<ResilientHttpClientOptions>? configure = null)
    {
        using var client = new ChainClient(new Ok(), configure, new VirtualTimeProvider(), log);
        for (var call = 1; call <= 2; call++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "things");
            request.Headers.TryAddWithoutValidation(name, value);
            using var response = await client.Http.SendAsync(request);
        }
    }

    private sealed class Ok : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
    }
}
