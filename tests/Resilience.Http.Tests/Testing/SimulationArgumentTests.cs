using System.Net;
using Microsoft.Extensions.Options;
using Resilience.Http.Testing;
using static Resilience.Http.Tests.Testing.SimulatedMinute;

namespace Resilience.Http.Tests.Testing;

/// <summary>What cannot be simulated is refused with the name of what is wrong.</summary>
public sealed class SimulationArgumentTests
{
    [Fact]
    public void Wrong_settings_fail_as_in_the_app()
    {
        var wrong = ReadJson("""{ "ResilientHttpClients": { "Clients": { "service": { "Retry": { "MaxRetries": "many" } } } } }""");

        var failure = Assert.Throws<OptionsValidationException>(
            () => Simulate.Run(new SimulationOptions { Service = new(), Load = Load, Configuration = wrong }));

        Assert.Contains("ResilientHttpClients:Clients:service:Retry:MaxRetries", failure.Message, StringComparison.Ordinal);
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
    public void An_empty_load_is_refused()
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
            Configuration = ReadJson($$"""{ "ResilientHttpClients": {{clients}} }"""),
        };

        var error = Record.Exception(() => Simulate.Run(simulation));

        Assert.Equal(refused, error is ArgumentException);
        Assert.Equal(refused, error?.Message.StartsWith(
            "The configuration has no settings for the client 'paymentz', only for payments, search.", StringComparison.Ordinal) ?? false);
    }
}
