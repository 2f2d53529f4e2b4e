using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Benchmarks.Endpoints;

/// <summary>
/// <c>-- endpoints-client CONTENDER ADDRESS...</c>: prints <c>ready</c>, waits for a line, and makes 300 calls per second, each second one
/// a POST with a key, however slow the answers are. Each further line is the part of the run that begins; with the last one, it prints its
/// figures as JSON.
/// </summary>
internal sealed class EndpointsClient(HttpClient client, EndpointsRecord record)
{
    public const string Command = "endpoints-client";

    private const int CallsPerSecond = 300;

    /// <summary>Calls that have not ended by then are lost.</summary>
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(5);

    private readonly long _start = Stopwatch.GetTimestamp();
    private volatile bool _ends;
    private int _pending;
    private double _mostLate;

    private double Now => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    public static async Task<int> RunAsync(string key, Uri[] addresses)
    {
        EndpointsClient? run = null;
        var contender = EndpointsContender.ByKey(key);
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(addresses.Select(
            static (address, i) => KeyValuePair.Create($"Services:orders:http:{i}", (string?)$"{address}"))).Build());
        services.AddServiceDiscovery();
        contender.Register(services).AddHttpMessageHandler(() => new SendRecorder(() => run!));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient(EndpointsContender.ClientName);
        client.BaseAddress = contender.AddressOf(addresses[0]);

        Console.WriteLine("ready");
        Console.ReadLine();
        run = new EndpointsClient(client, new EndpointsRecord(addresses[0]));
        var load = new Thread(run.Load);
        load.Start();
        while (Console.ReadLine() is { } line && Enum.Parse<EndpointsPhase>(line) is var phase)
        {
            run.Begin(phase);
            if (phase == EndpointsPhase.End)
            {
                load.Join();
                Console.WriteLine(run.GetFigures());
            }
        }

        return 0;
    }

    private void Begin(EndpointsPhase phase)
    {
        record.Begin(phase, Now);
        _ends = phase == EndpointsPhase.End;
    }

    private void AddSend(Uri uri, double began, bool answered) => record.AddSend(uri, began, answered);

    private EndpointsFigures GetFigures() => record.GetFigures(_mostLate);

    private void Load()
    {
        for (var call = 0; !_ends; call++)
        {
            var due = call / (double)CallsPerSecond;
            while (due - Now is var wait && wait > 0)
            {
                Thread.Sleep(TimeSpan.FromSeconds(wait));
            }

            _mostLate = Math.Max(_mostLate, Now - due);
            Interlocked.Increment(ref _pending);
            _ = CallAsync(due, isPost: call % 2 == 1);
        }

        SpinWait.SpinUntil(() => Volatile.Read(ref _pending) == 0, LastWait);
    }

    private async Task CallAsync(double due, bool isPost)
    {
        var succeeded = false;
        try
        {
            using var request = new HttpRequestMessage(isPost ? HttpMethod.Post : HttpMethod.Get, "orders");
            if (isPost)
            {
                request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
                request.Content = new StringContent("{}");
            }

            using var response = await client.SendAsync(request).ConfigureAwait(false);
            succeeded = response.IsSuccessStatusCode;
        }
        catch (Exception)
        {
            // Lost.
        }
        finally
        {
            record.AddCall(due, Now, isPost, succeeded);
            Interlocked.Decrement(ref _pending);
        }
    }

    /// <summary>The innermost handler: sees which instance each send goes to.</summary>
    private sealed class SendRecorder(Func<EndpointsClient> run) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var (uri, began, answered) = (request.RequestUri!, run().Now, false);
            try
            {
                var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                answered = true;
                return response;
            }
            finally
            {
                run().AddSend(uri, began, answered);
            }
        }
    }
}
