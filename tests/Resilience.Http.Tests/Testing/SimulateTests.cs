using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Resilience.Http.Testing;
using Resilience.Http.Testing.Simulation;
using Resilience.Http.Tests.Outcomes.Simulation;

namespace Resilience.Http.Tests.Testing;

public sealed class SimulateTests(ITestOutputHelper output)
{
    private static readonly SimulatedLoad Load = SimulatedLoad.Open(100, Seconds(60));

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
            Configuration = Json(Settings),
        };

        Assert.Equal(1, Simulate.Run(simulation).SendsPerCall);
        Assert.InRange(Simulate.Run(simulation).Availability, 0.45, 0.55);
        Assert.InRange(Simulate.Run(simulation with { Configure = static options => options.Retry.Enabled = true }).SendsPerCall, 1.1, 4);
    }

    [Fact]
    public void Wrong_settings_fail_as_in_the_app()
    {
        var wrong = Json("""{ "ResilientHttpClients": { "Clients": { "service": { "Retry": { "MaxRetries": "many" } } } } }""");

        var failure = Assert.Throws<OptionsValidationException>(
            () => Simulate.Run(new SimulationOptions { Service = new(), Load = Load, Configuration = wrong }));

        Assert.Contains("ResilientHttpClients:Clients:service:Retry:MaxRetries", failure.Message, StringComparison.Ordinal);
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

    [Fact]
    public void Recovery_counts_from_the_second_in_which_the_service_is_healthy()
    {
        var service = new SimulatedService { Faults = [new SimulatedFault.Dead { From = Seconds(10), To = Seconds(20) }] };

        var run = SimulatedClient.Plain.Run(service, Load, seed: 1);

        Assert.Equal(Seconds(10), run.TimeToRecover(Seconds(10)));
        Assert.Equal(TimeSpan.Zero, run.TimeToRecover(Seconds(20)));
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

    [Fact]
    public void What_cannot_be_simulated_is_an_argument_error()
    {
        var simulation = new SimulationOptions { Service = new(), Load = Load };

        Fails(simulation with { Replicas = 0 });
        Fails(simulation with { Service = new() { Backends = 0 } });
        Fails(simulation with { Service = new() { Workers = 0 } });
        Fails(simulation with { Load = SimulatedLoad.Open(1, TimeSpan.Zero) });
        Fails(simulation with { Service = new() { Faults = [new SimulatedFault.Dead { Backend = 1 }] } });

        static void Fails(SimulationOptions simulation) => Assert.Throws<ArgumentOutOfRangeException>(() => Simulate.Run(simulation));
    }

    [Fact]
    public void A_wrong_simulation_is_refused_with_the_name_of_what_is_wrong()
    {
        var simulation = new SimulationOptions { Service = new(), Load = Load };

        Says("Replicas must be at least 1.", simulation with { Replicas = 0 });
        Says("Workers must be at least 1.", simulation with { Service = new() { Workers = 0 } });
        Says("Length must be at least one second.", simulation with { Load = SimulatedLoad.Open(1, TimeSpan.Zero) });
        Says("Backend of a fault must be 0, because the service has one backend.", With(1, new SimulatedFault.Dead { Backend = 1 }));
        Says(
            "Backend of a fault must be from 0 to 2, because the service has 3 backends.",
            With(3, new SimulatedFault.Hanging { Backend = -1 }));
        Says("To of a fault must be later than its From.", With(1, new SimulatedFault.Dead { From = Seconds(9), To = Seconds(3) }));
        Says("Share of a fault must be from 0 to 1.", With(1, new SimulatedFault.Failing(30, HttpStatusCode.BadGateway)));
        Says("Share of a fault must be from 0 to 1.", With(1, new SimulatedFault.Slow(-1, Seconds(1))));
        Says("ShareOfWorkers of a fault must be from 0 to 1.", With(1, new SimulatedFault.Throttled(double.NaN)));

        SimulationOptions With(int backends, SimulatedFault fault) =>
            simulation with { Service = new() { Backends = backends, Faults = [fault] } };

        static void Says(string message, SimulationOptions simulation) => Assert.StartsWith(
            message, Assert.Throws<ArgumentOutOfRangeException>(() => Simulate.Run(simulation)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_load_of_nothing_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedLoad.Open(0, Seconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedLoad.Open(double.NaN, Seconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedLoad.Closed(0, Seconds(0), Seconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedLoad.Closed(1, Seconds(-1), Seconds(1)));
    }

    [Fact]
    public void A_part_outside_the_run_is_refused_with_the_length_of_the_run()
    {
        var run = Run(new());

        Assert.Equal(1, run.AvailabilityBetween(Seconds(0), Seconds(60)));
        Assert.StartsWith(
            "The run lasts from 0 to 60 s; this part is 50 to 70 s.",
            Assert.Throws<ArgumentOutOfRangeException>(() => run.AvailabilityBetween(Seconds(50), Seconds(70))).Message);
        Assert.StartsWith(
            "The part must end at least a second after its beginning: 50 to 40 s.",
            Assert.Throws<ArgumentOutOfRangeException>(() => run.AvailabilityBetween(Seconds(50), Seconds(40))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => run.AvailabilityBetween(Seconds(-1), Seconds(4)));
        Assert.Throws<ArgumentOutOfRangeException>(() => run.TimeToRecover(Seconds(-1)));
    }

    [Theory]
    [InlineData("""{ "Clients": { "payments": {}, "search": {} } }""", true)]
    [InlineData("""{ "Clients": { "payments": {} }, "Defaults": { "TotalTimeout": "5s" } }""", false)]
    [InlineData("""{ "Clients": { "paymentZ": {} } }""", false)]
    [InlineData("""{ }""", false)]
    public void A_client_without_settings_among_those_of_others_is_refused(string clients, bool refused)
    {
        var simulation = new SimulationOptions
        {
            Service = new(),
            Load = SimulatedLoad.Open(1, Seconds(1)),
            ClientName = "paymentz",
            Configuration = Json($$"""{ "ResilientHttpClients": {{clients}} }"""),
        };

        var error = Record.Exception(() => Simulate.Run(simulation));

        Assert.Equal(refused, error is ArgumentException);
        Assert.Equal(refused, error?.Message.StartsWith(
            "The configuration has no settings for the client 'paymentz', only for payments, search.", StringComparison.Ordinal) ?? false);
    }

    private static SimulationResult Run(SimulatedService service) => Simulate.Run(new SimulationOptions { Service = service, Load = Load });

    private static IConfiguration Json(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
