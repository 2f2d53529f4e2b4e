using Grpc.Core;

namespace Resilience.Http.LibraryTests.Grpc;

/// <summary>What the circuit makes of the statuses of the real server, if they come with the headers.</summary>
public sealed class GrpcStatusTests
{
    private static HelloRequest Ann => new() { Name = "ann" };

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unknown)]
    public async Task Failures_of_the_service_open_its_circuit(StatusCode status)
    {
        await using var bench = await CalledAsync(status, calls: 6);

        Assert.Equal(5, bench.Script.Calls.Count);
        var circuit = Assert.Single(bench.Circuits.GetAll());
        Assert.Equal(CircuitState.Open, circuit.State);
        Assert.Contains($"grpc-status {(int)status} ", circuit.LastFailure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.Unimplemented)]
    [InlineData(StatusCode.Aborted)]
    [InlineData(StatusCode.ResourceExhausted)]
    public async Task Consecutive_answers_of_the_service_never_open_its_circuit(StatusCode status)
    {
        await using var bench = await CalledAsync(status, calls: 10);

        Assert.Equal(10, bench.Script.Calls.Count);
        Assert.Equal(CircuitState.Closed, Assert.Single(bench.Circuits.GetAll()).State);
    }

    [Fact]
    public async Task Consecutive_short_deadlines_of_callers_do_not_open_the_circuit()
    {
        await using var bench = await GrpcBench.StartAsync();
        await bench.Client.SayHelloAsync(Ann, cancellationToken: TestContext.Current.CancellationToken);
        bench.Script.Begin = static (_, call) => Task.Delay(Timeout.Infinite, call.CancellationToken);
        for (var call = 1; call <= 8; call++)
        {
            await Record.ExceptionAsync(async () => await bench.Client.SayHelloAsync(Ann, deadline: DateTime.UtcNow.AddMilliseconds(100)));
        }

        var circuit = Assert.Single(bench.Circuits.GetAll());
        Assert.Equal(CircuitState.Closed, circuit.State);
        Assert.Equal("grpc-status 4 DEADLINE_EXCEEDED", circuit.LastFailure);
    }

    [Fact]
    public async Task A_status_that_arrives_after_the_headers_is_not_classified()
    {
        await using var bench = await GrpcBench.StartAsync();
        bench.Script.Begin = static async (_, call) =>
        {
            await call.WriteResponseHeadersAsync([]);
            throw new RpcException(new Status(StatusCode.Unavailable, "late"));
        };
        for (var call = 1; call <= 6; call++)
        {
            await Record.ExceptionAsync(async () => await bench.Client.SayHelloAsync(Ann));
        }

        Assert.Equal(6, bench.Script.Calls.Count);
        Assert.Equal(CircuitState.Closed, Assert.Single(bench.Circuits.GetAll()).State);
    }

    private static async Task<GrpcBench> CalledAsync(StatusCode status, int calls)
    {
        var bench = await GrpcBench.StartAsync();
        bench.Script.FailAlways(status);
        for (var call = 1; call <= calls; call++)
        {
            await Assert.ThrowsAsync<RpcException>(async () => await bench.Client.SayHelloAsync(Ann));
        }

        return bench;
    }
}
