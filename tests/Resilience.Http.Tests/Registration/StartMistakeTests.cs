using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests.Registration;

/// <summary>Each mistake is reported with its path, its value, what is allowed and what was meant.</summary>
public sealed class StartMistakeTests
{
    private const string Payments = "ResilientHttpClients:Clients:payments:";

    public static TheoryData<string, string> Mistakes => new()
    {
        // A key that nobody knows, at each depth, and what was meant.
        { """{ "TotalTimeuot": "5s" }""", $"{Payments}TotalTimeuot is not a known key. Did you mean TotalTimeout?" },
        { """{ "Retry": { "MaxRetires": 2 } }""", $"{Payments}Retry:MaxRetires is not a known key. Did you mean MaxRetries?" },
        { """{ "Retry": { "Budget": { "Ration": 2 } } }""", $"{Payments}Retry:Budget:Ration is not a known key. Did you mean Ratio?" },
        { """{ "Retry": { "MaxRetryAttempts": 2 } }""", $"{Payments}Retry:MaxRetryAttempts is not a known key. Did you mean MaxRetries?" },
        { """{ "Retry": { "ShouldRetryAfterHeader": false } }""", $"{Payments}Retry:ShouldRetryAfterHeader is not a known key. Did you mean HonorRetryAfter?" },
        { """{ "Retry": { "Delay": "1s" } }""", $"{Payments}Retry:Delay is not a known key. Did you mean BaseDelay?" },
        { """{ "CircuitBreaker": { "BreakDuration": "9s" } }""", $"{Payments}CircuitBreaker:BreakDuration is not a known key. Did you mean RecoveryTimeout?" },
        { """{ "CircuitBreaker": { "SamplingDuration": "9s" } }""", $"{Payments}CircuitBreaker:SamplingDuration is not a known key. Did you mean SamplingWindow?" },
        { """{ "TotalRequestTimeout": { "Timeout": "9s" } }""", $"{Payments}TotalRequestTimeout is not a known key. Did you mean TotalTimeout?" },
        { """{ "Tracing": { "Colour": "blue" } }""", $"{Payments}Tracing:Colour is not a known key. Allowed: Enabled" },
        { """{ "ApiKey": { "Value": "hunter2" } }""", $"{Payments}ApiKey is not a known key. Allowed: Enabled, BaseAddress, TotalTimeout, AttemptTimeout, BodyIdleTimeout, ClassifyOutcome, Tracing, Fallback, Deadline, Retry, Hedging, Endpoints, RateLimit, ConcurrencyLimit, CircuitBreaker, Fleet" },
        { """{ "Timeout": "5s" }""", $"{Payments}Timeout is not a known key. Did you mean TotalTimeout?" },
        { """{ "CircuitBreaker": { "ratio": 0.5 } }""", $"{Payments}CircuitBreaker:ratio is not a known key. Did you mean FailureRatio?" },
        { """{ "Ratio": 0.2 }""", $"{Payments}Ratio is not a known key. Did you mean Retry:Budget:Ratio?" },
        { """{ "out": "5s" }""", $"{Payments}out is not a known key. Allowed: Enabled, BaseAddress, TotalTimeout, AttemptTimeout, BodyIdleTimeout, ClassifyOutcome, Tracing, Fallback, Deadline, Retry, Hedging, Endpoints, RateLimit, ConcurrencyLimit, CircuitBreaker, Fleet" },
        { """{ "ClassifyOutcome": "mine" }""", $"{Payments}ClassifyOutcome can be set in code only" },

        // A text where a section stands, and the reverse.
        { """{ "Retry": "off" }""", $"{Payments}Retry = \"off\" is a value, but an object is expected; to switch it off write {Payments}Retry:Enabled = false, else its keys are Enabled, MaxRetries, BaseDelay, MaxDelay, Backoff, Jitter, HonorRetryAfter, RetryUnsafeMethods, RepeatableGrpcMethods, MaxBufferedBody, Budget" },
        { """{ "Retry": [] }""", $"{Payments}Retry = \"\" is a value, but an object is expected; to switch it off write {Payments}Retry:Enabled = false, else its keys are Enabled, MaxRetries, BaseDelay, MaxDelay, Backoff, Jitter, HonorRetryAfter, RetryUnsafeMethods, RepeatableGrpcMethods, MaxBufferedBody, Budget" },
        { """{ "Retry": { "MaxRetries": { "Value": 2 } } }""", $"{Payments}Retry:MaxRetries is an object, but a whole number is expected; allowed: 0 to 100" },

        // Enums by name only.
        { """{ "Retry": { "Jitter": "17" } }""", $"{Payments}Retry:Jitter = \"17\" is not one of the allowed values; allowed: Full, Equal, Decorrelated, None" },
        { """{ "Retry": { "Jitter": 1 } }""", $"{Payments}Retry:Jitter = \"1\" is not one of the allowed values; allowed: Full, Equal, Decorrelated, None" },
        { """{ "Retry": { "Backoff": "Exponental" } }""", $"{Payments}Retry:Backoff = \"Exponental\" is not one of the allowed values (did you mean Exponential?); allowed: Exponential, Linear, Constant" },

        // Not what stands there.
        { """{ "Enabled": "yes" }""", $"{Payments}Enabled = \"yes\" is neither true nor false; allowed: true or false" },
        { """{ "Retry": { "MaxRetries": "many" } }""", $"{Payments}Retry:MaxRetries = \"many\" is not a whole number; allowed: 0 to 100" },
        { """{ "Retry": { "Budget": { "Ratio": "a fifth" } } }""", $"{Payments}Retry:Budget:Ratio = \"a fifth\" is not a number; allowed: 0 to 1" },
        { """{ "TotalTimeout": "10" }""", $"{Payments}TotalTimeout = \"10\" would be 10 days, write it as 10s (ms, s, m, h) or 00:00:10; allowed: 1ms to 24h, or off" },
        { """{ "TotalTimeout": 10 }""", $"{Payments}TotalTimeout = \"10\" would be 10 days, write it as 10s (ms, s, m, h) or 00:00:10; allowed: 1ms to 24h, or off" },
        { """{ "TotalTimeout": "soon" }""", $"{Payments}TotalTimeout = \"soon\" is not a time, write it as 10s (ms, s, m, h) or 00:00:10; allowed: 1ms to 24h, or off" },
        { """{ "Fallback": { "MediaType": "json" } }""", $"{Payments}Fallback:MediaType = \"json\" is not a media type; allowed: a media type such as application/json" },

        // Out of range.
        { """{ "Retry": { "MaxRetries": -1 } }""", $"{Payments}Retry:MaxRetries = \"-1\" is out of range; allowed: 0 to 100" },
        { """{ "Retry": { "MaxRetries": 99999999999 } }""", $"{Payments}Retry:MaxRetries = \"99999999999\" is out of range; allowed: 0 to 100" },
        { """{ "TotalTimeout": "25h" }""", $"{Payments}TotalTimeout = \"25h\" is out of range; allowed: 1ms to 24h, or off" },
        { """{ "TotalTimeout": "0s" }""", $"{Payments}TotalTimeout = \"0s\" is out of range; allowed: 1ms to 24h, or off" },
        { """{ "Retry": { "BaseDelay": "off" } }""", $"{Payments}Retry:BaseDelay = \"off\" is not a time, write it as 10s (ms, s, m, h) or 00:00:10; allowed: 0s to 24h" },
        { """{ "CircuitBreaker": { "SlowCallRatio": 0 } }""", $"{Payments}CircuitBreaker:SlowCallRatio = \"0\" is out of range; allowed: more than 0, up to 1" },
        { """{ "Fallback": { "Timeout": "1s" } }""", $"{Payments}Fallback:Timeout = \"1s\" is out of range; allowed: 1ms to 900ms" },
        { """{ "Fallback": { "StatusCode": 199 } }""", $"{Payments}Fallback:StatusCode = \"199\" is out of range; allowed: 200 to 599" },

        // Two set values that contradict each other.
        { """{ "TotalTimeout": "5s", "AttemptTimeout": "10s" }""", $"{Payments}AttemptTimeout = \"10s\" is longer than {Payments}TotalTimeout = \"5s\"" },
        { """{ "Retry": { "BaseDelay": "2s", "MaxDelay": "1s" } }""", $"{Payments}Retry:BaseDelay = \"2s\" is longer than {Payments}Retry:MaxDelay = \"1s\"" },
        { """{ "CircuitBreaker": { "RecoveryTimeout": "2m", "MaxRecoveryTimeout": "1m" } }""", $"{Payments}CircuitBreaker:RecoveryTimeout = \"2m\" is longer than {Payments}CircuitBreaker:MaxRecoveryTimeout = \"1m\"" },
        { """{ "RateLimit": { "Enabled": true, "FollowServer": false } }""", $"{Payments}RateLimit:FollowServer = \"False\" leaves nothing to limit, because Permits is not set: set Permits" },
        { """{ "Fallback": { "Content": "[]" } }""", $"{Payments}Fallback:Content = \"[]\" does nothing without a StatusCode" },
        { """{ "Fallback": { "StatusCode": 200, "MediaType": "text/plain" } }""", $"{Payments}Fallback:MediaType = \"text/plain\" does nothing without Content" },

        // Addresses.
        { """{ "BaseAddress": "/api/" }""", $"{Payments}BaseAddress = \"/api/\" is not absolute, write it as https://host/path/; allowed: an absolute address whose path ends with /" },
        { """{ "BaseAddress": "api/" }""", $"{Payments}BaseAddress = \"api/\" is not absolute, write it as https://host/path/; allowed: an absolute address whose path ends with /" },
        { """{ "BaseAddress": "localhost:5000/" }""", $"{Payments}BaseAddress = \"localhost:5000/\" is not absolute, write it as https://host/path/; allowed: an absolute address whose path ends with /" },
        { """{ "BaseAddress": "https://pay.internal/v1" }""", $"{Payments}BaseAddress = \"https://pay.internal/v1\" lacks the final /, without which its last part is lost, write https://pay.internal/v1/; allowed: an absolute address whose path ends with /" },
        { """{ "BaseAddress": "https://ann:secret@pay.internal/v1" }""", $"{Payments}BaseAddress = \"https://***@pay.internal/v1\" lacks the final /, without which its last part is lost, write https://***@pay.internal/v1/; allowed: an absolute address whose path ends with /" },
        { """{ "BaseAddress": "https://pay.internal/@ann" }""", $"{Payments}BaseAddress = \"https://pay.internal/@ann\" lacks the final /, without which its last part is lost, write https://pay.internal/@ann/; allowed: an absolute address whose path ends with /" },
        { """{ "BaseAddress": "https://pay.internal/#key=secret" }""", $"{Payments}BaseAddress = \"https://pay.internal/#***\" has a query or fragment, which is lost when a relative address is joined to it; allowed: an absolute address whose path ends with /" },
        { """{ "BaseAddress": "/api?key=secret&from=https://ann@pay.internal/" }""", $"{Payments}BaseAddress = \"***?***\" is not absolute, write it as https://host/path/; allowed: an absolute address whose path ends with /" },
        { """{ "BaseAddress": "https://ann:sec/ret@pay.internal/" }""", $"{Payments}BaseAddress = \"https://***@pay.internal/\" is not an address; allowed: an absolute address whose path ends with /" },
        { """{ "BaseAddress": "https://ann:sec?ret@pay.internal/" }""", $"{Payments}BaseAddress = \"https://***?***\" is not an address; allowed: an absolute address whose path ends with /" },
        { """{ "BaseAddress": "https://pay.internal/?v=1" }""", $"{Payments}BaseAddress = \"https://pay.internal/?***\" has a query or fragment, which is lost when a relative address is joined to it; allowed: an absolute address whose path ends with /" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_stops_the_host_with_a_message_that_explains_it(string section, string told)
    {
        using var app = TestApp.With(
            TestApp.Clients($$"""{ "payments": {{section}} }"""), services => services.AddResilientHttpClient("payments"));

        Assert.Equal([told], await app.MistakesAtStartAsync());
    }

    [Fact]
    public async Task A_client_section_that_is_only_a_string_fails_with_the_way_to_disable_it()
    {
        using var app = TestApp.With(TestApp.Clients("""{ "payments": "off" }"""), services => services.AddResilientHttpClient("payments"));

        var mistake = Assert.Single(await app.MistakesAtStartAsync());
        Assert.StartsWith(
            "ResilientHttpClients:Clients:payments = \"off\" is a value, but an object is expected; to switch it off write " +
            "ResilientHttpClients:Clients:payments:Enabled = false", mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Hedging", "true", "on", "true")]
    [InlineData("ConcurrencyLimit", "\"On\"", "on", "true")]
    [InlineData("Fleet", "\"yes\"", "on", "true")]
    [InlineData("Hedging", "false", "off", "false")]
    [InlineData("Retry", "\"off\"", "off", "false")]
    public async Task A_section_written_as_a_switch_is_reported_with_the_correct_form(
        string section, string text, string state, string value)
    {
        using var app = TestApp.With(
            TestApp.Clients($$"""{ "payments": { "{{section}}": {{text}} } }"""), services => services.AddResilientHttpClient("payments"));

        Assert.Contains(
            $"; to switch it {state} write {Payments}{section}:Enabled = {value}, else its keys are ",
            Assert.Single(await app.MistakesAtStartAsync()));
    }

    [Fact]
    public async Task A_duplicate_address_after_a_wrong_one_keeps_its_path()
    {
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "Endpoints": { "Addresses": [ "10.0.0.1", "https://a", "https://a/" ] } } }"""),
            services => services.AddResilientHttpClient("payments"));

        Assert.Contains(
            $"{Payments}Endpoints:Addresses:2 = \"https://a/\" is listed twice; give one of them a higher Weight instead",
            await app.MistakesAtStartAsync());
    }

    [Fact]
    public async Task A_contradiction_names_both_values_even_if_they_are_in_different_sections()
    {
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "AttemptTimeout": "10s" } }""", defaults: """{ "TotalTimeout": "5s" }"""),
            services => services.AddResilientHttpClient("payments"));

        Assert.Equal(
            [$"{Payments}AttemptTimeout = \"10s\" is longer than ResilientHttpClients:Defaults:TotalTimeout = \"5s\""],
            await app.MistakesAtStartAsync());
    }

    [Fact]
    public async Task A_contradiction_within_the_defaults_is_reported_once_for_all_clients()
    {
        using var app = TestApp.With(
            TestApp.Clients(
                """{ "payments": { "TotalTimeout": "60s" } }""", defaults: """{ "TotalTimeout": "5s", "AttemptTimeout": "6s" }"""),
            services =>
            {
                services.AddResilientHttpClient("payments");
                services.AddResilientHttpClient("inventory");
            });

        Assert.Equal(
            ["ResilientHttpClients:Defaults:AttemptTimeout = \"6s\" is longer than ResilientHttpClients:Defaults:TotalTimeout = \"5s\""],
            await app.MistakesAtStartAsync());
    }

    [Fact]
    public async Task A_wrong_value_is_reported_even_if_a_later_layer_overrides_it()
    {
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "TotalTimeout": "5s" } }""", defaults: """{ "TotalTimeout": "48h" }"""),
            services => services.AddResilientHttpClient("payments"));

        Assert.Equal(
            ["ResilientHttpClients:Defaults:TotalTimeout = \"48h\" is out of range; allowed: 1ms to 24h, or off"],
            await app.MistakesAtStartAsync());
    }

    [Theory]
    [InlineData("https://api.example.com/orders", false)]
    [InlineData("https://api.example.com?tenant=1", false)]
    [InlineData("https://api.example.com/#part", false)]
    [InlineData("https://me@api.example.com", false)]
    [InlineData("https://api.example.com:8443/", true)]
    public async Task An_excluded_authority_has_a_scheme_a_host_and_a_port_and_nothing_else(string excluded, bool isAllowed)
    {
        var thrown = await Record.ExceptionAsync(async () =>
        {
            using var app = await TestApp.StartedAsync(
                TestApp.Clients($$"""{ "payments": { "Deadline": { "Exclude": [ "{{excluded}}" ] } } }"""),
                services => services.AddResilientHttpClient("payments"));
        });

        Assert.Equal(
            isAllowed ? null : $"ResilientHttpClients:Clients:payments:Deadline:Exclude:0 = \"{excluded}\" has more than a scheme, a " +
                "host and a port; allowed: authorities such as https://api.example.com",
            thrown?.Message);
    }
}
