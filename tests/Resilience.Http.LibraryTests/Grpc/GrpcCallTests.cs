using Grpc.Core;

namespace Resilience.Http.LibraryTests.Grpc;

/// <summary>The four kinds of calls through the chain.</summary>
public sealed class GrpcCallTests
{
    [Fact]
    public async Task A_unary_call_goes_through()
    {
        await using var bench = await GrpcBench.StartAsync();

        var reply = await bench.Client.SayHelloAsync(
            new HelloRequest { Name = "ann" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("hello ann", reply.Text);
    }

    [Fact]
    public async Task A_server_stream_arrives_message_by_message()
    {
        await using var bench = await GrpcBench.StartAsync();
        using var call = bench.Client.Count(new HelloRequest { Name = "ann" }, cancellationToken: TestContext.Current.CancellationToken);
        var seen = new List<string>();

        await foreach (var reply in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            seen.Add(reply.Text);
            bench.Script.NextLine.Release(); // Only now the server goes on.
        }

        Assert.Equal(["1", "2", "3"], seen);
    }

    [Fact]
    public async Task A_client_stream_is_collected()
    {
        await using var bench = await GrpcBench.StartAsync();
        using var call = bench.Client.Collect(cancellationToken: TestContext.Current.CancellationToken);

        foreach (var name in new[] { "ann", "bob", "cid" })
        {
            await call.RequestStream.WriteAsync(new HelloRequest { Name = name }, TestContext.Current.CancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal("ann bob cid", (await call).Text);
    }

    [Fact]
    public async Task A_bidirectional_stream_echoes_message_by_message()
    {
        await using var bench = await GrpcBench.StartAsync();
        using var call = bench.Client.Echo(cancellationToken: TestContext.Current.CancellationToken);
        var answers = call.ResponseStream
            .ReadAllAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);

        foreach (var name in new[] { "ann", "bob", "cid" })
        {
            await call.RequestStream.WriteAsync(new HelloRequest { Name = name }, TestContext.Current.CancellationToken);
            Assert.True(await answers.MoveNextAsync()); // The next is not sent before.
            Assert.Equal(name, answers.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await answers.MoveNextAsync());
    }

    [Fact]
    public async Task A_refused_stream_is_Unavailable_too()
    {
        await using var bench = await GrpcBench.StartAsync();
        await bench.Client.SayHelloAsync(new HelloRequest { Name = "ann" }, cancellationToken: TestContext.Current.CancellationToken);
        bench.Circuits.Isolate("greeter", "a test");
        using var call = bench.Client.Echo(cancellationToken: TestContext.Current.CancellationToken);

        var caught = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.Unavailable, caught.StatusCode);
        Assert.Contains("has been isolated since", caught.Status.Detail, StringComparison.Ordinal);
    }
}
