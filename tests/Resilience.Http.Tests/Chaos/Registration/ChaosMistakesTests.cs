using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.Chaos.Registration;

/// <summary>Wrong settings stop the app at start, each mistake told with its path, its value, what is allowed and what was meant.</summary>
public sealed class ChaosMistakesTests
{
    private const string Root = "ResilientHttpChaos:";
    private const string Payments = "ResilientHttpChaos:Clients:payments:";

    public static TheoryData<string, string> OfTheSection => new()
    {
        { """{ "Enabeld": true }""", $"{Root}Enabeld is not a known key. Did you mean Enabled?" },
        { """{ "Enabled": "yes" }""", $"{Root}Enabled = \"yes\" is neither true nor false; allowed: true or false" },
        { """{ "Chance": "0.5" }""", $"{Root}Chance can be set in code only" },
        { """{ "AllowInProduction": true }""", $"{Root}AllowInProduction is not a known key. Allowed: Enabled, AllowedEnvironments, Until, Schedule, DryRun, MaxActiveFaults, Chance, Clients" },
        { """{ "AllowedEnvironments": "Staging" }""", $"{Root}AllowedEnvironments = \"Staging\" is a value, but a list is expected; write [\"...\"] in JSON, or ResilientHttpChaos__AllowedEnvironments__0 as a variable" },
        { """{ "AllowedEnvironments": [ " " ] }""", $"{Root}AllowedEnvironments:0 = \" \" is empty; allowed: the names of host environments" },
        { """{ "Until": "tomorrow" }""", $"{Root}Until = \"tomorrow\" is not a date and time; allowed: a date and time with an offset, such as 2026-07-01T17:00:00Z or 2026-07-01T19:00:00+02:00" },
        { """{ "Until": "2030-01-01T12:00:00" }""", $"{Root}Until = \"2030-01-01T12:00:00\" has no offset; allowed: a date and time with an offset, such as 2026-07-01T17:00:00Z or 2026-07-01T19:00:00+02:00" },
        { """{ "MaxActiveFaults": 0 }""", $"{Root}MaxActiveFaults = \"0\" is out of range; allowed: 1 to 1000000" },
        { """{ "Schedule": "always" }""", $"{Root}Schedule = \"always\" is a value, but an object is expected; its keys are Days, From, To, TimeZone" },
        { """{ "Schedule": { "Days": [ "Monday", "Tusday" ] } }""", $"{Root}Schedule:Days:1 = \"Tusday\" is not one of the allowed values (did you mean Tuesday?); allowed: Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday" },
        { """{ "Schedule": { "From": "9" } }""", $"{Root}Schedule:From = \"9\" is not a time of day; allowed: 00:00 to 23:59" },
        { """{ "Schedule": { "TimeZone": "Mars" } }""", $"{Root}Schedule:TimeZone = \"Mars\" is not a time zone that this machine knows; allowed: a time zone that this machine knows, such as UTC or Europe/Berlin" },
        { """{ "Clients": "payments" }""", $"{Root}Clients = \"payments\" is a value, but an object is expected; its keys are the names of clients" },
        { """{ "Clients": { "payments": "down" } }""", $"{Root}Clients:payments = \"down\" is a value, but an object is expected; its keys are Latency, Abort, SlowBody, Match" },
    };

    public static TheoryData<string, string> OfAClient => new()
    {
        { """{ "Latncy": { "Max": "1s", "Percentage": 5 } }""", $"{Payments}Latncy is not a known key. Did you mean Latency?" },
        { """{ "Latency": { "Max": "1", "Percentage": 5 } }""", $"{Payments}Latency:Max = \"1\" would be 1 days, write it as 10s (ms, s, m, h) or 00:00:10; allowed: 0s to 24h" },
        { """{ "Latency": { "Min": "2s", "Max": "1s", "Percentage": 5 } }""", $"{Payments}Latency:Max = \"1s\" is shorter than {Payments}Latency:Min = \"2s\"" },
        { """{ "Latency": { "Max": "1s", "Percentage": 101 } }""", $"{Payments}Latency:Percentage = \"101\" is out of range; allowed: 0 to 100" },
        { """{ "Latency": { "Max": "1s" } }""", $"{Payments}Latency has no Percentage; set it, 0 to 100; 0 turns the fault off" },
        { """{ "Latency": { "Percentage": 5 } }""", $"{Payments}Latency has a Percentage but no duration; set Max, and Min if the delays should vary" },
        { """{ "Abort": { "Percentage": 5 } }""", $"{Payments}Abort has a Percentage but no kind; set one of StatusCode, Exception, Reset, ConnectionRefused and Hang" },
        { """{ "Abort": { "StatusCode": 503, "Reset": true, "Percentage": 5 } }""", $"{Payments}Abort sets StatusCode and Reset; set only one of them" },
        { """{ "Abort": { "StatusCode": 700, "Percentage": 5 } }""", $"{Payments}Abort:StatusCode = \"700\" is out of range; allowed: 200 to 599" },
        { """{ "Abort": { "Hang": true } }""", $"{Payments}Abort has no Percentage; set it, 0 to 100; 0 turns the fault off" },
        { """{ "SlowBody": { "Percentage": 5 } }""", $"{Payments}SlowBody has a Percentage but no rate; set BytesPerSecond, 1 to 1000000000" },
        { """{ "Match": { "PathPrefix": "orders" } }""", $"{Payments}Match:PathPrefix = \"orders\" does not begin with /; allowed: the beginning of a path, such as /orders" },
        { """{ "Match": { "Methods": [ "GET IT" ] } }""", $"{Payments}Match:Methods:0 = \"GET IT\" is not an HTTP method; allowed: HTTP methods, such as GET" },
        { """{ "Match": { "Header": ": x" } }""", $"{Payments}Match:Header = \": x\" is not a header; allowed: the name of a header, or name: value" },
    };

    [Theory]
    [MemberData(nameof(OfTheSection))]
    public async Task A_mistake_in_the_section_stops_the_host_with_a_message_that_explains_it(string section, string told)
    {
        using var app = new ChaosFixture($$"""{ "ResilientHttpChaos": {{section}} }""");

        Assert.Equal([told], await app.MistakesAtStartAsync());
    }

    [Theory]
    [MemberData(nameof(OfAClient))]
    public async Task A_mistake_in_a_clients_faults_stops_the_host_with_a_message_that_explains_it(string payments, string told)
    {
        using var app = new ChaosFixture(ChaosFixture.On(payments));

        Assert.Equal([told], await app.MistakesAtStartAsync());
    }

    [Fact]
    public async Task An_unknown_exception_is_reported_with_a_suggestion()
    {
        using var app = new ChaosFixture(ChaosFixture.On("""{ "Abort": { "Exception": "NameResolutonError", "Percentage": 5 } }"""));

        var mistake = (await app.MistakesAtStartAsync()).First();
        Assert.StartsWith(
            $"{Payments}Abort:Exception = \"NameResolutonError\" is not one of the allowed values (did you mean NameResolutionError?)",
            mistake,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_mistakes_are_reported_at_once()
    {
        using var app = new ChaosFixture("""
            { "ResilientHttpChaos": { "Enabeld": true, "Clients": { "payments": { "Abort": { "Percentage": 200 } }, "inventory": { "SlowBdy": {} } } } }
            """);

        Assert.Equal(
            [
                $"{Root}Enabeld is not a known key. Did you mean Enabled?",
                $"{Root}Clients:inventory:SlowBdy is not a known key. Did you mean SlowBody?",
                $"{Payments}Abort:Percentage = \"200\" is out of range; allowed: 0 to 100",
            ],
            (await app.MistakesAtStartAsync()).OrderBy(static mistake => mistake.Length));
    }

    [Theory]
    [InlineData("CHAOS_ENABLED", "on", "CHAOS_ENABLED = \"on\" is neither true nor false; allowed: true or false")]
    [InlineData("CHAOS_FAILURE_RATE", "20", "CHAOS_FAILURE_RATE = \"20\" is out of range; allowed: 0 to 1")]
    [InlineData("CHAOS_LATENCY_MS", "1s", "CHAOS_LATENCY_MS = \"1s\" is not a whole number; allowed: 0 to 86400000")]
    public async Task A_mistake_in_an_environment_variable_is_reported_too(string name, string value, string told)
    {
        using var app = new ChaosFixture($$"""{ "{{name}}": "{{value}}" }""");

        Assert.Equal([told], await app.MistakesAtStartAsync());
    }

    [Fact]
    public async Task Values_set_in_code_are_checked_as_well()
    {
        using var app = new ChaosFixture("{}", register: services => services.AddHttpClient("payments").AddChaos(faults =>
            faults.Abort = new() { Reset = true, Percentage = 150 }));

        Assert.Equal(
            ["ResilientHttpChaos: Clients.payments.Abort.Percentage = 150, set in code, is out of range; allowed: 0 to 100"],
            await app.MistakesAtStartAsync());
    }

    [Fact]
    public async Task Faults_of_the_factorys_defaults_are_checked_like_those_of_a_client()
    {
        using var app = new ChaosFixture(
            "{}", register: services => services.ConfigureHttpClientDefaults(defaults => defaults.AddChaos(faults =>
            {
                faults.Latency = new() { Min = TimeSpan.FromSeconds(5), Max = TimeSpan.FromSeconds(1), Percentage = 150 };
                faults.Abort = new() { Percentage = 100 };
                faults.SlowBody = new() { BytesPerSecond = 100 };
                faults.Match = new() { PathPrefix = "orders" };
            })));

        const string defaults = "AddChaos in ConfigureHttpClientDefaults:";
        Assert.Equal(
            [
                $"{defaults} Latency.Percentage = 150, set in code, is out of range; allowed: 0 to 100",
                $"{defaults} Latency.Max = 1s, set in code, is shorter than {defaults} Latency.Min = 5s, set in code",
                $"{defaults} Match.PathPrefix = orders, set in code, does not begin with /; allowed: the beginning of a path, such as " +
                    $"/orders",
                $"{defaults}Abort has a Percentage but no kind; set one of StatusCode, Exception, Reset, ConnectionRefused and Hang",
                $"{defaults}SlowBody has no Percentage; set it, 0 to 100; 0 turns the fault off",
            ],
            await app.MistakesAtStartAsync());
    }

    [Fact]
    public void Without_a_host_the_first_client_reports_the_mistakes()
    {
        using var app = new ChaosFixture("""{ "ResilientHttpChaos": { "Enabeld": true } }""");

        Assert.Throws<OptionsValidationException>(() => app.Client());
    }
}
