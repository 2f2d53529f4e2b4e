using System.Net;
using Resilience.Http.Chain;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker.Outages;

/// <summary>
/// Calls at a steady rate through the whole chain, in virtual time, to a service that answers in 20 ms and refuses connections for a while.
/// </summary>
internal sealed class WholeOutage
{
    public const int From = 20;

    private const int Seconds = 150;

    private readonly VirtualTimeProvider _clock = new();
    private readonly TimeSpan _length;
    private readonly int[] _begun = new int[Seconds + 60];
    private readonly int[] _answered = new int[Seconds + 60];
    private readonly int[] _sent = new int[Seconds + 60];

    private WholeOutage(TimeSpan length) => _length = length;

    /// <summary>From the end of the outage to the first second from which on 99 % of the calls are answered.</summary>
    public int SecondsToRecover { get; private set; }

    /// <summary>The sends of a second for each call that began in it, at the most.</summary>
    public double SendsPerCall => Enumerable.Range(0, Seconds).Max(second => (double)_sent[second] / _begun[second]);

    /// <summary>The sends during the outage.</summary>
    public int SentInVain => _sent[From..(From + (int)_length.TotalSeconds)].Sum();

    public static async Task<WholeOutage> PlayAsync(
        TimeSpan length, int callsPerSecond, int seed, Action<ResilientHttpClientOptions>? configure = null)
    {
        var outage = new WholeOutage(length);
        var random = new Random(seed);
        var options = new ResilientHttpClientOptions();
        configure?.Invoke(options);
        HttpMessageHandler inner = new Service(outage);
        foreach (var handler in ResilienceChain
            .HandlersFor(new("service", new ResilienceRuntime(outage._clock, random.NextDouble), options))
            .Reverse())
        {
            handler.InnerHandler = inner;
            inner = handler;
        }

        using var client = new HttpMessageInvoker(inner);
        await outage._clock.RunAsync(async () =>
        {
            List<Task> calls = [];
            for (var call = 0; call < Seconds * callsPerSecond; call++)
            {
                calls.Add(outage.CallAsync(client));
                await Task.Delay(TimeSpan.FromSeconds(1) / callsPerSecond, outage._clock);
            }

            await Task.WhenAll(calls);
        });
        var well = From + (int)length.TotalSeconds;
        var lastBad = Enumerable
            .Range(well, Seconds - well)
            .LastOrDefault(second => outage._answered[second] < 0.99 * outage._begun[second], well - 1);
        outage.SecondsToRecover = lastBad + 1 - well;
        return outage;
    }

    private int Second() => (int)_clock.Elapsed.TotalSeconds;

    private async Task CallAsync(HttpMessageInvoker client)
    {
        var second = Second();
        _begun[second]++;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://service.internal/");
            using var response = await client.SendAsync(request, CancellationToken.None);
            _answered[second]++;
        }
        catch (HttpRequestException)
        {
            // It was begun and not answered.
        }
    }

    private sealed class Service(WholeOutage outage) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            outage._sent[outage.Second()]++;
            var since = outage._clock.Elapsed - TimeSpan.FromSeconds(From);
            if (since >= TimeSpan.Zero && since < outage._length)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), outage._clock, cancellationToken);
                throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), outage._clock, cancellationToken);
            return new(HttpStatusCode.OK);
        }
    }
}
