using System.Net;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Tracing;

namespace Resilience.Http.Tests.Grpc;

/// <summary>What a gRPC client gets in place of the chain's own exceptions.</summary>
public sealed class GrpcFailureTests
{
    [Theory]
    [InlineData(true, HttpRejection.Throw)]
    [InlineData(true, HttpRejection.Respond)]
    [InlineData(false, HttpRejection.Throw)]
    [InlineData(false, HttpRejection.Respond)]
    public async Task A_refusal_is_a_status_whatever_the_way_of_calling(bool async, HttpRejection rejection)
    {
        using var client = await OpenAsync(options => options.CircuitBreaker.Rejection = rejection);
        using var request = GrpcWorld.Call();

        using var response = async ? await client.Http.SendAsync(request) : client.Http.Send(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("14", Assert.Single(response.Headers.GetValues("grpc-status")));
        Assert.Equal("open", Assert.Single(response.Headers.GetValues("Resilience-Rejected")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refusal_is_a_status_if_the_circuit_breaker_stands_alone(bool async)
    {
        using var client = await OpenAsync(static options =>
        {
            options.Retry.Enabled = false;
            options.TotalTimeout = options.AttemptTimeout = Timeout.InfiniteTimeSpan;
        });
        using var request = GrpcWorld.Call();

        using var response = async ? await client.Http.SendAsync(request) : client.Http.Send(request);

        Assert.Equal("14", Assert.Single(response.Headers.GetValues("grpc-status")));
    }

    [Fact]
    public async Task A_request_that_is_not_gRPC_is_refused_with_an_exception()
    {
        using var client = await OpenAsync();

        await Assert.ThrowsAsync<CircuitOpenException>(
            () => client.Http.PostAsync("https://greeter.internal/things", new StringContent("{}")));
    }

    [Fact]
    public async Task A_fallback_gets_the_exception_itself()
    {
        FallbackContext? asked = null;
        using var client = await OpenAsync(options => options.Fallback.Add((failed, _) =>
        {
            asked = failed;
            return default;
        }));
        using var request = GrpcWorld.Call();

        using var response = await client.Http.SendAsync(request);

        Assert.Equal(FallbackCause.Refused, asked!.Cause);
        Assert.IsType<CircuitOpenException>(asked.Exception);
        Assert.Equal("14", Assert.Single(response.Headers.GetValues("grpc-status")));
    }

    [Fact]
    public async Task A_timeout_is_a_status()
    {
        var clock = new VirtualTimeProvider();
        using var client = new ChainClient(new Silent(), options => options.Retry.Enabled = false, clock);
        using var request = GrpcWorld.Call();

        using var response = await clock.RunAsync(() => client.Http.SendAsync(request));

        Assert.Equal("4", Assert.Single(response.Headers.GetValues("grpc-status")));
        Assert.Contains("AttemptTimeout", Assert.Single(response.Headers.GetValues("grpc-message")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_is_blamed_for_its_status_in_spans()
    {
        using var spans = new RecordedSpans("greeter-of-a-span-test");
        using var client = new ChainClient(new Down(), clock: new VirtualTimeProvider(), name: "greeter-of-a-span-test");
        using var request = GrpcWorld.Call();

        using var response = await client.Http.SendAsync(request);

        Assert.Equal("UNAVAILABLE", spans.Single.GetTagItem("error.type"));
    }

    /// <summary>A client whose circuit has just been opened by five answers of a service that is down.</summary>
    private static async Task<ChainClient> OpenAsync(Action<ResilientHttpClientOptions>? configure = null)
    {
        var client = new ChainClient(new Down(), configure, new VirtualTimeProvider());
        for (var call = 1; call <= 5; call++)
        {
            using var request = GrpcWorld.Call();
            using var response = await client.Http.SendAsync(request);
        }

        return client;
    }

    private sealed class Down : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(GrpcWorld.TrailersOnly("14"));

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            GrpcWorld.TrailersOnly("14");
    }

    private sealed class Silent : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
