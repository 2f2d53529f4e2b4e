using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Hedging;

/// <summary>
/// A service that answers in about 10 ms and 3 % of the requests in 400 ms, at 200 calls per second; then ten times as slow for everyone,
/// for 20 s. Nothing is tuned. The experiment with real processes is <c>-- hedging</c> of the benchmarks.
/// </summary>
public sealed class SlowServiceTests
{
    private const int CallsPerSecond = 200;
    private const int SecondsBefore = 60;
    private const int SecondsSlow = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Hedging_cuts_the_tail_and_does_not_load_a_service_that_is_slow(int seed)
    {
        var plain = Run(seed, isHedged: false);
        var hedged = Run(seed, isHedged: true);

        Assert.InRange(hedged.P99 / plain.P99, 0, 0.15);
        Assert.InRange(hedged.Extra, 0.01, 0.06);
        Assert.InRange(hedged.ExtraWhileSlow, 0, 0.01);
        Assert.Equal(0, hedged.Errors);
    }

    private static Figures Run(int seed, bool isHedged)
    {
        var clock = new VirtualTimeProvider();
        var server = new TailServer(seed, clock);
        using var client = new ChainClient(server, options => options.Hedging.Enabled = isHedged, clock);
        var calls = new List<Task<TimeSpan>>();

        Drive(SecondsBefore);
        var (normalCalls, normalSends) = (calls.Count, server.Sends);
        server.Factor = 10;
        Drive(SecondsSlow);
        var (allCalls, allSends) = (calls.Count, server.Sends);
        clock.Advance(TimeSpan.FromSeconds(10));

        var durations = calls.Take(normalCalls).Select(call => call.Result).Order().ToArray();
        return new(
            durations[(int)(normalCalls * 0.99)].TotalMilliseconds,
            (normalSends - normalCalls) / (double)normalCalls,
            (allSends - normalSends - (allCalls - normalCalls)) / (double)(allCalls - normalCalls),
            calls.Count(call => !call.IsCompletedSuccessfully));

        void Drive(int seconds)
        {
            for (var call = 0; call < seconds * CallsPerSecond; call++)
            {
                calls.Add(CallAsync(client.Http, clock));
                clock.Advance(TimeSpan.FromSeconds(1) / CallsPerSecond);
            }
        }
    }

    private static async Task<TimeSpan> CallAsync(HttpClient http, VirtualTimeProvider clock)
    {
        var startedAt = clock.Elapsed;
        using var response = await http.GetAsync("charges/1", HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return clock.Elapsed - startedAt;
    }

    private sealed record Figures(double P99, double Extra, double ExtraWhileSlow, int Errors);

    private sealed class TailServer(int seed, VirtualTimeProvider clock) : HttpMessageHandler
    {
        private readonly Random _random = new(seed);

        public int Factor { get; set; } = 1;

        public int Sends { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sends++;
            var milliseconds = _random.NextDouble() < 0.03 ? 400 : 9 + (2 * _random.NextDouble());
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds * Factor), clock, cancellationToken);
            return new(HttpStatusCode.OK) { RequestMessage = request };
        }
    }
}
