using System.Collections.Concurrent;
using Grpc.Core;

namespace Resilience.Http.LibraryTests.Grpc;

/// <summary>The server's side: counts its calls and answers as the test says.</summary>
public sealed class GreeterService(GreeterScript script) : Greeter.GreeterBase
{
    public override async Task<HelloReply> SayHello(HelloRequest request, ServerCallContext context)
    {
        await script.BeginAsync(request.Name, context);
        return new HelloReply { Text = $"hello {request.Name}" };
    }

    public override async Task Count(HelloRequest request, IServerStreamWriter<HelloReply> responseStream, ServerCallContext context)
    {
        await script.BeginAsync(request.Name, context);
        for (var number = 1; number <= 3; number++)
        {
            await responseStream.WriteAsync(new HelloReply { Text = $"{number}" }, context.CancellationToken);
            await script.NextLine.WaitAsync(context.CancellationToken);
        }
    }

    public override async Task<HelloReply> Collect(IAsyncStreamReader<HelloRequest> requestStream, ServerCallContext context)
    {
        var names = new List<string>();
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            names.Add(request.Name);
        }

        await script.BeginAsync(string.Join(' ', names), context);
        return new HelloReply { Text = string.Join(' ', names) };
    }

    public override async Task Echo(
        IAsyncStreamReader<HelloRequest> requestStream, IServerStreamWriter<HelloReply> responseStream, ServerCallContext context)
    {
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await script.BeginAsync(request.Name, context);
            await responseStream.WriteAsync(new HelloReply { Text = request.Name }, context.CancellationToken);
        }
    }
}

/// <summary>What the service does, and what it was sent.</summary>
public sealed class GreeterScript
{
    private readonly ConcurrentQueue<string> _calls = [];

    public IReadOnlyList<string> Calls => [.. _calls];

    public IReadOnlyList<Metadata> Headers => [.. _headers];

    private readonly ConcurrentQueue<Metadata> _headers = [];

    /// <summary>Runs at the beginning of each call, with its number, from 1 on.</summary>
    public Func<int, ServerCallContext, Task> Begin { get; set; } = static (_, _) => Task.CompletedTask;

    public SemaphoreSlim NextLine { get; } = new(0);

    public Task BeginAsync(string message, ServerCallContext context)
    {
        _calls.Enqueue(message);
        _headers.Enqueue(context.RequestHeaders);
        return Begin(_calls.Count, context);
    }

    public void FailAlways(StatusCode status) => FailFirst(int.MaxValue, status);

    public void FailFirst(int failures, StatusCode status) =>
        Begin = (number, _) => number <= failures ? throw new RpcException(new Status(status, "as the test says")) : Task.CompletedTask;
}
