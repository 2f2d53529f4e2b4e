using Grpc.Core;

namespace Resilience.Http.LibraryTests.Grpc;

/// <summary>Which gRPC calls are repeated, with the same message every time.</summary>
public sealed class GrpcRetryTests
{
    private static HelloRequest Ann => new() { Name = "ann ünïcödé" };

    [Theory]
    [InlineData("greet.Greeter/SayHello")]
    [InlineData("greet.Greeter")]
    public async Task A_method_that_is_named_repeatable_is_repeated_at_Unavailable(string name)
    {
        await using var bench = await GrpcBench.StartAsync(options => options.Retry.RepeatableGrpcMethods = [name]);
        bench.Script.FailFirst(2, StatusCode.Unavailable);

        var reply = await bench.Client.SayHelloAsync(Ann, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("hello ann ünïcödé", reply.Text);
        Assert.Equal([Ann.Name, Ann.Name, Ann.Name], bench.Script.Calls);
    }

    [Fact]
    public async Task A_client_stream_that_was_sent_whole_is_repeated_message_by_message()
    {
        await using var bench = await GrpcBench.StartAsync(options => options.Retry.RepeatableGrpcMethods = ["greet.Greeter"]);
        bench.Script.FailFirst(2, StatusCode.Unavailable);
        using var call = bench.Client.Collect(cancellationToken: TestContext.Current.CancellationToken);

        await call.RequestStream.WriteAsync(new HelloRequest { Name = "ann" }, TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new HelloRequest { Name = "bob" }, TestContext.Current.CancellationToken);
        await call.RequestStream.CompleteAsync();

        Assert.Equal("ann bob", (await call).Text);
        Assert.Equal(["ann bob", "ann bob", "ann bob"], bench.Script.Calls);
    }

    [Fact]
    public async Task Any_other_method_is_sent_once_and_the_log_says_how_to_name_it()
    {
        await using var bench = await GrpcBench.StartAsync(
            options => options.Retry.RepeatableGrpcMethods = ["greet.Greeter/Count", "other.Greeter"]);
        bench.Script.FailFirst(2, StatusCode.Unavailable);

        await Assert.ThrowsAsync<RpcException>(async () => await bench.Client.SayHelloAsync(Ann));

        Assert.Single(bench.Script.Calls);
        Assert.Contains(
            bench.Log.Warnings,
            line => line.Contains("a failed call of greet.Greeter/SayHello was not repeated", StringComparison.Ordinal)
                && line.Contains("Retry:RepeatableGrpcMethods", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_retry_policy_of_the_client_is_reported_once()
    {
        await using var bench = await GrpcBench.StartAsync(
            grpc: options => options.ChannelOptionsActions.Add(channel => channel.ServiceConfig = GrpcFailureTests.RetryUnavailable(3)));
        bench.Script.FailAlways(StatusCode.Unavailable);

        await Assert.ThrowsAsync<RpcException>(async () => await bench.Client.SayHelloAsync(Ann));
        await Assert.ThrowsAsync<RpcException>(async () => await bench.Client.SayHelloAsync(Ann));

        Assert.Contains("grpc-previous-rpc-attempts", Assert.Single(bench.Log.WithId("RHTTP001")), StringComparison.Ordinal);
    }
}
