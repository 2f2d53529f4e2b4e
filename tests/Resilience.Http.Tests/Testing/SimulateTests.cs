using System.Diagnostics;
using System.Globalization;
using System.Net;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Outcomes.Simulation;
using static Resilience.Http.Tests.Testing.SimulatedMinute;

namespace Resilience.Http.Tests.Testing;

/// <summary>What a simulation reports of a service and its callers.</summary>
public sealed class SimulateTests(ITestOutputHelper output)
{
    [Fact]
    public void The_same_seed_gives_the_same_result_to_the_byte()
    {
        var simulation = new SimulationOptions
        {
            Service = new()
            {
                Backends = 3,
                Balancing = SimulatedBalancing.Random,
                Faults =
                [
                    new SimulatedFault.Failing(0.3, HttpStatusCode.BadGateway),
                    new SimulatedFault.Hanging { Backend = 1, From = Seconds(20) },
                ],
            },
            Load = Load,
            Replicas = 2,
        };

        string[] runs = [.. new[] { 4, 4, 5 }.Select(seed => Simulate.Run(simulation with { Seed = seed })).Select(Print)];

        Assert.Equal(runs[0], runs[1]);
        Assert.NotEqual(runs[0], runs[2]);

        static string Print(SimulationResult run) => $"{run}\n{run.ToChart()}";
    }

    /// <summary>Not a test but a measurement: docs/simulation.md has its command and its figures.</summary>
    [Theory(Explicit = true)]
    [InlineData("healthy")]
    [InlineData("outages")]
    [InlineData("hanging")]
    public void Ten_minutes_of_a_thousand_calls_per_second(string service)
    {
        SimulatedFault[] faults = service switch
        {
            "outages" =>
            [
                new SimulatedFault.Hanging { Backend = 1, From = Seconds(120), To = Seconds(180) },
                new SimulatedFault.Failing(0.1, HttpStatusCode.ServiceUnavailable) { From = Seconds(240), To = Seconds(300) },
                new SimulatedFault.Dead { From = Seconds(400), To = Seconds(420) },
                new SimulatedFault.Throttled(0.3) { From = Seconds(500), To = Seconds(540) },
            ],
            "hanging" => [new SimulatedFault.Hanging()],
            _ => [],
        };
        var latency = SimulatedLatency.LogNormal(median: Seconds(0.03), p99: Seconds(0.2));
        var start = Environment.CpuUsage.TotalTime;

        var run = Simulate.Run(new SimulationOptions
        {
            Service = new() { Backends = 3, Workers = 32, ServiceTime = latency, Faults = faults },
            Load = SimulatedLoad.Open(1000, Seconds(600)),
            Replicas = 4,
        });

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{service}: {run.Calls:N0} calls in {(Environment.CpuUsage.TotalTime - start).TotalSeconds:0.0} s of processor time, " +
            $"{Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB; {run}"));
    }

    [Fact]
    public void A_healthy_service_answers_every_call_with_one_request()
    {
        var run = Run(new());

        Assert.Equal(6000, run.Calls);
        Assert.Equal(1, run.Availability);
        Assert.Equal(1, run.SendsPerCall, precision: 2);
        Assert.Null(run.FirstRefusal);
        Assert.All(run.RefusedPerSecond, static calls => Assert.Equal(0, calls));
        Assert.InRange(run.Latency(0.5), Seconds(0.01), Seconds(0.03));
        Assert.InRange(run.Latency(0.99), Seconds(0.03), Seconds(0.2));
    }

    [Fact]
    public void The_settings_come_from_the_configuration_as_in_the_app()
    {
        var service = new SimulatedService { Faults = [new SimulatedFault.Failing(0.5, HttpStatusCode.BadGateway)] };
        const string Settings = """
            { "ResilientHttpClients": { "Clients": { "payments": { "Retry": { "Enabled": false }, "CircuitBreaker": { "Enabled": false } } } } }
            """;
        var simulation = new SimulationOptions
        {
            Service = service,
            Load = Load,
            ClientName = "payments",
            Configuration = ReadJson(Settings),
        };

        Assert.Equal(1, Simulate.Run(simulation).SendsPerCall);
        Assert.InRange(Simulate.Run(simulation).Availability, 0.45, 0.55);
        Assert.InRange(Simulate.Run(simulation with { Configure = static options => options.Retry.Enabled = true }).SendsPerCall, 1.1, 4);
    }

    [Fact]
    public void Each_replica_learns_of_an_outage_by_itself()
    {
        var simulation = new SimulationOptions
        {
            Service = new() { Faults = [new SimulatedFault.Dead { From = Seconds(20), To = Seconds(40) }] },
            Load = Load,
            Configure = static options => options.Retry.Enabled = false,
        };

        var one = Simulate.Run(simulation);
        var ten = Simulate.Run(simulation with { Replicas = 10 });

        Assert.InRange(one.FirstRefusal!.Value, Seconds(20), Seconds(20.1));
        Assert.InRange(SendsInOutage(ten), 5 * SendsInOutage(one), 20 * SendsInOutage(one));

        static double SendsInOutage(SimulationResult run) => run.Timeline.SendsPerCall(20, 40);
    }

    [Fact]
    public void An_answer_of_a_fallback_is_not_one_of_the_service()
    {
        var run = Simulate.Run(new SimulationOptions
        {
            Service = new() { Faults = [new SimulatedFault.Dead { From = Seconds(30) }] },
            Load = Load,
            Configure = static options => options.Fallback.StatusCode = HttpStatusCode.OK,
        });

        Assert.Equal(0.5, run.Availability, tolerance: 0.01);
        Assert.InRange(run.Fallbacks, 2950, 3050);
        Assert.InRange(run.RequestsPerSecond.Skip(40).Take(10).Sum(), 0, 10);
    }

    [Fact]
    public void A_plain_client_loses_the_share_of_a_dead_backend()
    {
        var service = new SimulatedService { Backends = 3, Faults = [new SimulatedFault.Dead { Backend = 2 }] };

        Assert.Equal(2.0 / 3, SimulatedClient.Plain.Run(service, Load, seed: 1).Availability, precision: 3);
    }

    [Fact]
    public void Recovery_counts_from_the_second_in_which_the_service_is_healthy()
    {
        var service = new SimulatedService { Faults = [new SimulatedFault.Dead { From = Seconds(10), To = Seconds(20) }] };

        var run = SimulatedClient.Plain.Run(service, Load, seed: 1);

        Assert.Equal(Seconds(10), run.TimeToRecover(Seconds(10)));
        Assert.Equal(TimeSpan.Zero, run.TimeToRecover(Seconds(20)));
    }

    [Fact]
    public void The_chart_has_a_line_for_each_part_of_the_run()
    {
        var service = new SimulatedService { Faults = [new SimulatedFault.Dead { From = Seconds(20), To = Seconds(30) }] };

        var chart = SimulatedClient.Plain.Run(service, Load, seed: 1).ToChart(lines: 6);

        Assert.Equal(
            """
               from | answered in time                  | sends/call | refused
                0 s | ######################### 100.0 % |       1.00 |       0
               10 s | #########################  99.8 % |       1.00 |       0
               20 s | .........................   0.0 % |       1.00 |       0
               30 s | ######################### 100.0 % |       1.00 |       0
               40 s | ######################### 100.0 % |       1.00 |       0
               50 s | ######################### 100.0 % |       1.00 |       0

            """,
            chart);
    }
}
