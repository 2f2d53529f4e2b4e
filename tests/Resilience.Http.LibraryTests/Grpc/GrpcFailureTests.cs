using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Resilience.Http.LibraryTests.Grpc;

/// <summary>What a gRPC caller sees when the chain refuses a call or cuts it.</summary>
public sealed class GrpcFailureTests
{
    private static HelloRequest Ann => new() { Name = "ann" };

    [Theory]
    [InlineData(HttpRejection.Throw)]
    [InlineData(HttpRejection.Respond)]
    public async Task A_refusal_is_Unavailable_with_the_text_of_the_circuit_as_detail(HttpRejection rejection)
    {
        await using var bench = await StartAsync(options => options.CircuitBreaker.Rejection = rejection);
        bench.Circuits.Isolate("greeter", "planned ünïcödé 100% work");

        var caught = await CatchAsync(bench);

        Assert.Equal(StatusCode.Unavailable, caught.StatusCode);
        Assert.StartsWith("greeter (http://127.0.0.1:", caught.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("has been isolated since", caught.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("planned ünïcödé 100% work", caught.Status.Detail, StringComparison.Ordinal);
        Assert.Equal("isolated", caught.Trailers.GetValue("resilience-rejected"));
        Assert.Single(bench.Script.Calls);
    }

    [Fact]
    public async Task A_refusal_carries_the_wait_for_a_retry_policy_of_the_client()
    {
        await using var bench = await StartAsync();
        bench.Script.FailAlways(StatusCode.Unavailable);
        for (var call = 1; call <= 5; call++)
        {
            await CatchAsync(bench);
        }

        var caught = await CatchAsync(bench);

        Assert.Equal("open", caught.Trailers.GetValue("resilience-rejected"));
        Assert.InRange(int.Parse(caught.Trailers.GetValue("grpc-retry-pushback-ms")!), 1_000, 40_000);
    }

    [Fact]
    public async Task A_retry_policy_of_the_client_does_not_repeat_the_refusal_of_an_isolated_circuit()
    {
        await using var bench = await StartAsync(
            grpc: options => options.ChannelOptionsActions.Add(channel => channel.ServiceConfig = RetryUnavailable(5)));
        bench.Circuits.Isolate("greeter", "a test");

        var caught = await CatchAsync(bench);

        Assert.Equal("-1", caught.Trailers.GetValue("grpc-retry-pushback-ms"));
        Assert.Null(caught.Trailers.Get("grpc-previous-rpc-attempts"));
    }

    [Fact]
    public async Task A_timeout_is_DeadlineExceeded_with_the_text_of_the_limit_as_detail()
    {
        await using var bench = await StartAsync(options => options.AttemptTimeout = TimeSpan.FromMilliseconds(500));
        bench.Script.Begin = Silence;

        var caught = await CatchAsync(bench);

        Assert.Equal(StatusCode.DeadlineExceeded, caught.StatusCode);
        Assert.Contains("within the AttemptTimeout of 500 ms", caught.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_own_deadline_is_as_without_the_chain()
    {
        await using var bench = await StartAsync();
        bench.Script.Begin = Silence;

        var caught = await Assert.ThrowsAsync<RpcException>(
            async () => await bench.Client.SayHelloAsync(
                Ann, deadline: DateTime.UtcNow.AddMilliseconds(200), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.DeadlineExceeded, caught.StatusCode);
        Assert.Contains(caught.Status.Detail, new[] { "", "Deadline Exceeded" }); // The latter if the server notices first.
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_as_without_the_chain()
    {
        await using var bench = await StartAsync();
        using var leaves = new CancellationTokenSource();
        bench.Script.Begin = async (_, call) =>
        {
            await leaves.CancelAsync();
            await Silence(1, call);
        };

        var caught = await Assert.ThrowsAsync<RpcException>(
            async () => await bench.Client.SayHelloAsync(Ann, cancellationToken: leaves.Token));

        Assert.Equal(StatusCode.Cancelled, caught.StatusCode);
    }

    [Fact]
    public async Task A_blocking_call_gets_the_same_status()
    {
        await using var bench = await StartAsync();
        bench.Circuits.Isolate("greeter", "a test");

        var caught = Assert.Throws<RpcException>(
            () => bench.Client.SayHello(Ann, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.Unavailable, caught.StatusCode);
        Assert.Contains("has been isolated since", caught.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_refused_is_Unavailable_as_without_the_chain()
    {
        await using var bench = await StartAsync(grpc: options => options.Address = new Uri("http://127.0.0.1:1"));

        Assert.Equal(StatusCode.Unavailable, (await CatchAsync(bench)).StatusCode);
    }

    /// <summary>The circuit is known from the first creation of the client on; one good call makes it.</summary>
    private static async Task<GrpcBench> StartAsync(
        Action<ResilientHttpClientOptions>? configure = null, Action<global::Grpc.Net.ClientFactory.GrpcClientFactoryOptions>? grpc = null)
    {
        var bench = await GrpcBench.StartAsync(configure, grpc: grpc);
        await Record.ExceptionAsync(async () => await bench.Client.SayHelloAsync(Ann));
        return bench;
    }

    private static Task<RpcException> CatchAsync(GrpcBench bench) =>
        Assert.ThrowsAsync<RpcException>(
            async () => await bench.Client.SayHelloAsync(Ann, cancellationToken: TestContext.Current.CancellationToken));

    private static Task Silence(int number, ServerCallContext call) => Task.Delay(Timeout.Infinite, call.CancellationToken);

    internal static ServiceConfig RetryUnavailable(int attempts) => new()
    {
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { MethodName.Default },
                RetryPolicy = new RetryPolicy
                {
                    MaxAttempts = attempts,
                    InitialBackoff = TimeSpan.FromMilliseconds(1),
                    MaxBackoff = TimeSpan.FromMilliseconds(1),
                    BackoffMultiplier = 1,
                    RetryableStatusCodes = { StatusCode.Unavailable },
                },
            },
        },
    };
}
