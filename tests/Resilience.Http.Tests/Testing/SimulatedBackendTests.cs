using System.Runtime.CompilerServices;
using Resilience.Http.Testing;
using Resilience.Http.Testing.Simulation;
using Resilience.Http.Tests.Outcomes.Simulation;
using static Resilience.Http.Tests.Testing.SimulatedMinute;

namespace Resilience.Http.Tests.Testing;

/// <summary>How simulated backends answer, and what they cannot answer.</summary>
public sealed class SimulatedBackendTests
{
    [Fact]
    public void A_hanging_backend_releases_requests_that_were_abandoned()
    {
        var service = new SimulatedService { Faults = [new SimulatedFault.Hanging()] };
        var backend = new Backend(service, number: 0, new VirtualTimeProvider(), new Random(1));

        var abandoned = Enumerable.Range(0, 10).Select(_ => SendAndAbandon(backend)).ToArray();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.InRange(abandoned.Count(static request => request.IsAlive), 0, 1); // one may still stand in a register
        GC.KeepAlive(backend);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference SendAndAbandon(Backend backend)
        {
            using var client = new CancellationTokenSource();
            var request = backend.ReceiveAsync(client.Token);
            client.Cancel();
            Assert.True(request.IsCanceled);
            return new WeakReference(request);
        }
    }

    [Theory]
    [InlineData(50, 1)]
    [InlineData(200, 0.5)]
    public void A_backend_does_not_answer_more_than_its_capacity(double rate, double share)
    {
        var service = SimulatedService.WithCapacity(100) with { QueueLimit = 20, RejectionCost = 0 };

        var run = SimulatedClient.Plain.Run(service, SimulatedLoad.Open(rate, Seconds(60)), seed: 1);

        Assert.Equal(share, run.Availability, tolerance: 0.02);
    }

    [Fact]
    public void A_quota_answers_the_rest_with_429()
    {
        var service = new SimulatedService { Faults = [new SimulatedFault.Quota(40)] };

        Assert.Equal(0.4, SimulatedClient.Plain.Run(service, Load, seed: 1).Availability, tolerance: 0.01);
    }

    [Fact]
    public void Requests_in_flight_are_lost_when_their_backend_dies()
    {
        var service = new SimulatedService
        {
            ServiceTime = SimulatedLatency.Typical(Seconds(10)),
            Faults = [new SimulatedFault.Dead { From = Seconds(30), To = Seconds(31) }],
        };

        var run = SimulatedClient.Plain.Run(service, SimulatedLoad.Open(1, Seconds(60)), seed: 1, limit: Seconds(100));

        Assert.Equal(1, run.AvailabilityBetween(Seconds(0), Seconds(5)));
        Assert.Equal(0, run.AvailabilityBetween(Seconds(26), Seconds(31)));
        Assert.Equal(1, run.AvailabilityBetween(Seconds(31), Seconds(40)));
    }

    [Fact]
    public void Callers_in_a_closed_loop_wait_for_their_answers()
    {
        var run = SimulatedClient.Plain.Run(
            SimulatedService.WithCapacity(10), SimulatedLoad.Closed(20, TimeSpan.Zero, Seconds(60)), seed: 1);

        Assert.InRange(run.Calls, 550, 670);
        Assert.Equal(1, run.Availability);
    }

    [Theory]
    [InlineData("constant", 20, 20)]
    [InlineData("typical", 16.9, 56)]
    [InlineData("exponential", 13.9, 92)]
    [InlineData("lognormal", 20, 200)]
    public void A_latency_has_the_percentiles_of_its_distribution(string kind, double p50, double p99)
    {
        var mean = TimeSpan.FromMilliseconds(20);
        var latency = kind switch
        {
            "constant" => SimulatedLatency.Constant(mean),
            "typical" => SimulatedLatency.Typical(mean),
            "exponential" => SimulatedLatency.Exponential(mean),
            _ => SimulatedLatency.LogNormal(median: mean, p99: 10 * mean),
        };
        var random = new Random(7);

        double[] drawn = [.. Enumerable.Range(0, 100_000).Select(_ => latency.Draw(random).TotalMilliseconds).Order()];

        Assert.Equal(1, drawn[50_000] / p50, tolerance: 0.03);
        Assert.Equal(1, drawn[99_000] / p99, tolerance: 0.06);
        Assert.Equal(1, drawn.Average() / latency.Mean.TotalMilliseconds, tolerance: 0.03);
    }
}
