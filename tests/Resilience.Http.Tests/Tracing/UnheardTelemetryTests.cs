using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Testing;
using Resilience.Http.Tracing;

namespace Resilience.Http.Tests.Tracing;

/// <summary>
/// Spans and instruments that nobody listens to cost no bytes. Alone in the process, since listeners are the whole process's.
/// </summary>
[Collection(nameof(UnheardTelemetryTests))]
[CollectionDefinition(nameof(UnheardTelemetryTests), DisableParallelization = true)]
public sealed class UnheardTelemetryTests : IDisposable
{
    private const int Rounds = 41;
    private const int CallsPerRound = 50;

    private readonly VirtualTimeProvider _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public static TheoryData<string, bool> Calls => new MatrixTheoryData<string, bool>(["answered", "retried", "refused"], [true, false]);

    public void Dispose() => _services.Dispose();

    [Theory, MemberData(nameof(Calls))]
    public void Without_listeners_telemetry_allocates_nothing(string call, bool async)
    {
        Assert.False(CallSpan.IsWanted, "A test before this one left a listener behind.");
        using var without = Client(call, meters: null, options => options.Tracing.Enabled = false);
        using var with = Client(call, _services.GetRequiredService<IMeterFactory>());

        var added = Enumerable.Range(0, Rounds).Select(_ => BytesOfARound(with, async) - BytesOfARound(without, async)).Order().ToArray();

        // The middle one: while the compiler puts better code in place, a round of one side may have it and that of the other not yet.
        Assert.Equal(0, added[Rounds / 2]);
    }

    private static long BytesOfARound(ChainClient client, bool async)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < CallsPerRound; i++)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "");
            if (async)
            {
                var call = client.Http.SendAsync(request, CancellationToken.None);
                Assert.True(call.IsCompleted, "The call went on on another thread, where its bytes are not counted.");
                call.GetAwaiter().GetResult().Dispose();
            }
            else
            {
                client.Http.Send(request, CancellationToken.None).Dispose();
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private ChainClient Client(string call, IMeterFactory? meters, Action<ResilientHttpClientOptions>? configure = null)
    {
        var asked = 0;
        var server = new ScriptedServer(
            script =>
                script
                    .Then(
                        _ => new HttpResponseMessage(
                            call == "retried" && ++asked % 2 == 1 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK))
                    .Always(),
            _clock);
        var client = new ChainClient(
            server,
            options =>
            {
                options.Retry.BaseDelay = TimeSpan.Zero;
                options.Retry.Budget.Enabled = false;
                options.CircuitBreaker.FailureRatio = 0; // every second attempt of the retried call fails
                options.CircuitBreaker.Rejection = HttpRejection.Respond;
                configure?.Invoke(options);
            },
            _clock,
            meters: meters);
        if (call == "refused")
        {
            CircuitRegistry.GetOrCreate(client.Service.Host).Isolate(client.Service.Name, "to have it refuse");
        }

        return client;
    }
}
