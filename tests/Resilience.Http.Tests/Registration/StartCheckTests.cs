using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.Registration;

/// <summary>Wrong settings stop the app at start, each mistake told with its path, its value, what is allowed and what was meant.</summary>
public sealed class StartCheckTests
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
    public async Task A_mistake_stops_the_host_and_says_what_it_is(string section, string told)
    {
        using var app = TestApp.With(
            TestApp.Clients($$"""{ "payments": {{section}} }"""), services => services.AddResilientHttpClient("payments"));

        Assert.Equal([told], await MistakesAtStart(app));
    }

    [Theory]
    [InlineData(
        """{ "ResilientHttpClient": { "Clients": { "payments": { "TotalTimeout": "3s" } } } }""",
        "The section ResilientHttpClient is not read. Did you mean ResilientHttpClients?")]
    [InlineData("""{ "ResilienceHttpClients": { "Defaults": { "TotalTimeout": "3s" } } }""", "The section ResilienceHttpClients is not read. Did you " +
        "mean ResilientHttpClients?")]
    [InlineData("""{ "ResilientHttpClients": "on" }""", "ResilientHttpClients = \"on\" is a value, but an object is expected")]
    [InlineData("""{ "ResilientHttpClients": { "Clients": "payments" } }""", "ResilientHttpClients:Clients = \"payments\" is a value, " +
        "but an object is expected")]
    [InlineData("""{ "ResilientHttpClients": { "Client": { "payments": {} } } }""", "ResilientHttpClients:Client is not a known key. " +
        "Allowed: Defaults, Clients")]
    [InlineData("""{ "ResilientHttpClients": { "Payments": { "Enabled": true } } }""", "ResilientHttpClients:Payments is not a known " +
        "key; the section of a client is ResilientHttpClients:Clients:Payments")]
    [InlineData("""{ "ResilientHttpClients": { "Defaults": { "MaxRetries": 2 } } }""", "ResilientHttpClients:Defaults:MaxRetries is not " +
        "a known key. Did you mean Retry:MaxRetries?")]
    public async Task A_mistake_beside_the_clients_stops_the_host(string settings, string told)
    {
        using var app = TestApp.With(settings, services => services.AddResilientHttpClient("payments"));

        Assert.Equal([told], await MistakesAtStart(app));
    }

    [Theory]
    [InlineData("""{ "ResilientHttpChaos": { "Clients": { } } }""")]
    [InlineData("""{ "ResilientHttpClient": { "Endpoint": "https://payments.internal/" } }""")]
    [InlineData("""{ "HttpClients": { "Clients": { "payments": { } } } }""")]
    public async Task A_section_that_is_not_meant_as_the_root_is_left_alone(string settings)
    {
        using var app = await TestApp.StartedAsync(settings, static services => services.AddResilientHttpClient("payments"));

        Assert.Equal(TimeSpan.FromSeconds(30), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task A_client_that_is_only_a_text_fails_with_the_way_to_disable_it()
    {
        using var app = TestApp.With(TestApp.Clients("""{ "payments": "off" }"""), services => services.AddResilientHttpClient("payments"));

        var mistake = Assert.Single(await MistakesAtStart(app));
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
    public async Task A_section_that_is_a_switch_says_how_to_write_what_was_meant(string section, string text, string state, string value)
    {
        using var app = TestApp.With(
            TestApp.Clients($$"""{ "payments": { "{{section}}": {{text}} } }"""), services => services.AddResilientHttpClient("payments"));

        Assert.Contains(
            $"; to switch it {state} write {Payments}{section}:Enabled = {value}, else its keys are ",
            Assert.Single(await MistakesAtStart(app)));
    }

    [Fact]
    public async Task A_duplicate_address_after_a_wrong_one_keeps_its_path()
    {
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "Endpoints": { "Addresses": [ "10.0.0.1", "https://a", "https://a/" ] } } }"""),
            services => services.AddResilientHttpClient("payments"));

        Assert.Contains(
            $"{Payments}Endpoints:Addresses:2 = \"https://a/\" is listed twice; give one of them a higher Weight instead",
            await MistakesAtStart(app));
    }

    [Theory]
    [InlineData("""{ "Hedging": { "Enabled": true, "Delay": "2s" }, "AttemptTimeout": "1500ms" }""", "Delay is 2s, and AttemptTimeout ends an attempt after 1500ms")]
    [InlineData("""{ "Hedging": { "Enabled": true, "MinDelay": "1s" }, "AttemptTimeout": "1s" }""", "MinDelay is 1s, and AttemptTimeout ends an attempt after 1s.")]
    [InlineData("""{ "Hedging": { "Enabled": true, "Delay": "15s" } }""", "Delay is 15s, and AttemptTimeout ends an attempt after 10s.")]
    [InlineData("""{ "Hedging": { "Enabled": true, "Delay": "1s", "MinDelay": "4s" }, "AttemptTimeout": "2s" }""", null)]
    [InlineData("""{ "Hedging": { "Enabled": false, "Delay": "2s" }, "AttemptTimeout": "1s" }""", null)]
    [InlineData("""{ "Hedging": { "Enabled": true, "Delay": "2m" }, "AttemptTimeout": "off" }""", null)]
    public async Task A_delay_with_which_no_hedge_is_ever_sent_is_a_warning(string payments, string? warning)
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients($$"""{ "payments": {{payments}} }"""), services => services.AddResilientHttpClient("payments"));

        Assert.Equal(warning is null ? 0 : 1, app.Logs.Of(LogLevel.Warning).Count(line => line.Text.StartsWith(
            $"payments: hedging is on, but no hedge is ever sent: Hedging:{warning}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""[ "https://a", "https://b" ]""", "Service", true)]
    [InlineData("""[ "https://a", "https://b" ]""", "Authority", false)]
    [InlineData("""[ "https://a" ]""", "Service", false)]
    public async Task Endpoints_that_share_one_circuit_are_a_warning(string addresses, string scope, bool warned)
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients(
                $$"""{ "payments": { "Endpoints": { "Addresses": {{addresses}} }, "CircuitBreaker": { "Scope": "{{scope}}" } } }"""),
            services => services.AddResilientHttpClient("payments"));

        Assert.Equal(warned ? 1 : 0, app.Logs.Of(LogLevel.Warning).Count(line => line.Text.StartsWith(
            "payments: its 2 endpoints share one circuit, because CircuitBreaker:Scope is Service.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task All_mistakes_of_all_clients_are_in_one_exception()
    {
        using var app = TestApp.With(
            TestApp.Clients(
                """{ "payments": { "TotalTimeout": "10", "Retry": { "MaxRetries": 200, "Jitter": "Fool" } }, "inventory": { "BaseAddress": "inventory" } }""",
                defaults: """{ "AttemptTimeout": "x" }"""),
            services =>
            {
                services.AddResilientHttpClient("payments");
                services.AddResilientHttpClient("inventory", options => options.Retry.MaxRetries = -1);
            });

        Assert.Equal(
            [
                "ResilientHttpClients:Defaults:AttemptTimeout",
                "ResilientHttpClients:Clients:payments:Retry:Jitter",
                "ResilientHttpClients:Clients:payments:Retry:MaxRetries",
                "ResilientHttpClients:Clients:payments:TotalTimeout",
                "ResilientHttpClients:Clients:inventory:BaseAddress",
                "inventory: Retry.MaxRetries",
            ],
            (await MistakesAtStart(app)).Select(mistake => mistake.Split(" = ")[0]));
    }

    [Fact]
    public async Task The_client_without_a_name_is_called_the_default_client()
    {
        using var wrong = TestApp.With(
            "{}", services => services.AddHttpClient(Options.DefaultName).AddResilience(options => options.Retry.MaxRetries = 200));
        Assert.Equal(
            ["the default client: Retry.MaxRetries = 200, set in code, is out of range; allowed: 0 to 100"], await MistakesAtStart(wrong));

        using var chainless = TestApp.With("{}", services => services.AddHttpClient(Options.DefaultName).AddFallback((_, _) => default));
        Assert.StartsWith(
            "the default client: AddFallback has no effect", Assert.Single(await MistakesAtStart(chainless)), StringComparison.Ordinal);

        using var good = await TestApp.StartedAsync("{}", services => services.AddHttpClient(Options.DefaultName).AddResilience());
        Assert.StartsWith(
            "Order of the chain of the default client, outermost first",
            Assert.Single(good.Logs.Named("ChainOrder")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contradiction_names_both_values_wherever_they_stand()
    {
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "AttemptTimeout": "10s" } }""", defaults: """{ "TotalTimeout": "5s" }"""),
            services => services.AddResilientHttpClient("payments"));

        Assert.Equal(
            [$"{Payments}AttemptTimeout = \"10s\" is longer than ResilientHttpClients:Defaults:TotalTimeout = \"5s\""],
            await MistakesAtStart(app));
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
            await MistakesAtStart(app));
    }

    [Fact]
    public async Task A_value_set_in_code_is_reported_with_its_property()
    {
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "TotalTimeout": "5s" } }"""),
            services => services.AddResilientHttpClient("payments", options =>
            {
                options.AttemptTimeout = TimeSpan.FromSeconds(10);
                options.Retry.Jitter = (HttpRetryJitter)17;
                options.Retry.Budget.Ratio = double.NaN;
                options.CircuitBreaker = null!;
                options.BodyIdleTimeout = TimeSpan.FromDays(10);
            }));

        Assert.Equal(
            [
                "payments: BodyIdleTimeout = 240h, set in code, is out of range; allowed: 1ms to 24h, or off",
                "payments: Retry.Jitter = 17, set in code, is not one of the allowed values; allowed: Full, Equal, Decorrelated, None",
                "payments: Retry.Budget.Ratio = NaN, set in code, is out of range; allowed: 0 to 1",
                "payments: CircuitBreaker = null, set in code, must not be null; change the properties of the existing object",
                $"payments: AttemptTimeout = 10s, set in code, is longer than {Payments}TotalTimeout = \"5s\"",
            ],
            await MistakesAtStart(app));
    }

    public static TheoryData<string, Action<ResilientHttpClientOptions>> WrongAlone => new()
    {
        { "payments: AttemptTimeout = 30h, set in code, is out of range; allowed: 1ms to 24h, or off", options =>
            options.AttemptTimeout = TimeSpan.FromHours(30) },
        { "payments: TotalTimeout = 30h, set in code, is out of range; allowed: 1ms to 24h, or off", options =>
            options.TotalTimeout = TimeSpan.FromHours(30) },
        { "payments: TotalTimeout = 00:00:00.0005000, set in code, is out of range; allowed: 1ms to 24h, or off", options =>
            options.TotalTimeout = TimeSpan.FromMicroseconds(500) },
        { "payments: TotalTimeout = 0s, set in code, is out of range; allowed: 1ms to 24h, or off", options =>
            options.TotalTimeout = TimeSpan.Zero },
        { "payments: Retry.BaseDelay = 30h, set in code, is out of range; allowed: 0s to 24h", options =>
            options.Retry.BaseDelay = TimeSpan.FromHours(30) },
        { "payments: Retry.MaxDelay = -1s, set in code, is out of range; allowed: 0s to 24h", options =>
            options.Retry.MaxDelay = TimeSpan.FromSeconds(-1) },
        { "payments: CircuitBreaker.RecoveryTimeout = 30h, set in code, is out of range; allowed: 1ms to 24h", options =>
            options.CircuitBreaker.RecoveryTimeout = TimeSpan.FromHours(30) },
        { "payments: CircuitBreaker.MaxRecoveryTimeout = 0s, set in code, is out of range; allowed: 1ms to 24h", options =>
            options.CircuitBreaker.MaxRecoveryTimeout = TimeSpan.Zero },
        { "payments: CircuitBreaker.MaxRecoveryTimeout = 00:00:00.0005000, set in code, is out of range; allowed: 1ms to 24h", options =>
            options.CircuitBreaker.MaxRecoveryTimeout = TimeSpan.FromMicroseconds(500) },
    };

    [Theory]
    [MemberData(nameof(WrongAlone))]
    public async Task A_value_that_only_follows_a_wrong_one_is_not_reported(string told, Action<ResilientHttpClientOptions> configure)
    {
        using var app = TestApp.With("{}", services => services.AddResilientHttpClient("payments", configure));

        Assert.Equal([told], await MistakesAtStart(app));
    }

    [Fact]
    public async Task A_wrong_value_is_reported_even_if_a_later_layer_overrides_it()
    {
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "TotalTimeout": "5s" } }""", defaults: """{ "TotalTimeout": "48h" }"""),
            services => services.AddResilientHttpClient("payments"));

        Assert.Equal(
            ["ResilientHttpClients:Defaults:TotalTimeout = \"48h\" is out of range; allowed: 1ms to 24h, or off"],
            await MistakesAtStart(app));
    }

    [Fact]
    public async Task A_validator_of_the_users_is_heard_too()
    {
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "TotalTimeuot": "5s" } }"""),
            services =>
            {
                services.AddResilientHttpClient("payments");
                services
                    .AddOptions<ResilientHttpClientOptions>("payments")
                    .Validate(options => options.TotalTimeout < TimeSpan.FromSeconds(20), "ours are short");
            });

        Assert.Equal(
            [$"{Payments}TotalTimeuot is not a known key. Did you mean TotalTimeout?", "ours are short"], await MistakesAtStart(app));
    }

    [Fact]
    public async Task Names_that_differ_only_in_case_stop_the_host()
    {
        using var app = TestApp.With("{}", services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("Payments");
        });

        Assert.Equal(
            ["The client names 'Payments' and 'payments' differ only in case: they would share a configuration section but not a client. " +
                "Spell them the same way"],
            await MistakesAtStart(app));
    }

    [Fact]
    public async Task A_name_with_a_colon_stops_the_host()
    {
        using var app = TestApp.With("{}", services => services.AddResilientHttpClient("billing:v2"));

        Assert.StartsWith("The client name 'billing:v2' contains ':'", Assert.Single(await MistakesAtStart(app)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_may_be_anything_if_the_chain_was_removed()
    {
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.ConfigureHttpClientDefaults(client => client.AddResilience());
            services.AddHttpClient("billing:v2").RemoveResilience();
        });

        app.Client("billing:v2").Dispose();
    }

    [Theory]
    [InlineData("Payments", "the name differs only in case from the client 'payments', which reads the section")]
    [InlineData("Stock", "the name differs only in case from the client 'stock', which reads the section")]
    [InlineData("billing:v2", "the name contains ':', which separates configuration keys")]
    public async Task A_late_name_unfit_for_configuration_costs_a_warning_and_the_section(string name, string reason)
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients(
                """{ "payments": { "TotalTimeout": "3s" }, "stock": { "TotalTimeout": "4s" } }""", """{ "TotalTimeout": "20s" }"""),
            services =>
            {
                services.ConfigureHttpClientDefaults(client => client.AddResilience());
                services.AddHttpClient("stock").AddResilience();
            });
        app.Client("payments").Dispose();

        app.Client(name).Dispose();
        app.Client(name).Dispose();

        Assert.Equal(TimeSpan.FromSeconds(20), app.InForce(name).TotalTimeout);
        Assert.Equal(TimeSpan.FromSeconds(3), app.InForce("payments").TotalTimeout);
        Assert.Equal(TimeSpan.FromSeconds(4), app.InForce("stock").TotalTimeout);
        Assert.Equal(
            $"{name}: this client has the settings of ResilientHttpClients:Defaults and cannot have a section of its own: {reason}. " +
            $"Rename the client.",
            Assert.Single(app.Logs.Of(LogLevel.Warning)).Text);
    }

    [Fact]
    public async Task A_late_name_that_spells_its_section_in_another_case_still_reads_it()
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients("""{ "payments": { "TotalTimeout": "3s" } }"""),
            services => services.ConfigureHttpClientDefaults(client => client.AddResilience()));

        app.Client("Payments").Dispose();

        Assert.Equal(TimeSpan.FromSeconds(3), app.InForce("Payments").TotalTimeout);
        Assert.Empty(app.Logs.Of(LogLevel.Warning));
    }

    [Theory]
    [InlineData("paymants", "No resilient client reads the section ResilientHttpClients:Clients:paymants: did you mean payments?")]
    [InlineData(
        "weather", "No resilient client reads the section ResilientHttpClients:Clients:weather: resilient clients are payments, inventory")]
    [InlineData("inventory", "No resilient client reads the section ResilientHttpClients:Clients:inventory: the client of that name " +
        "reads another section")]
    [InlineData("plain", "No resilient client reads the section ResilientHttpClients:Clients:plain: the client of that name does not " +
        "have the chain")]
    public async Task A_section_that_no_client_reads_is_a_warning(string name, string told)
    {
        using var app = TestApp.With(TestApp.Clients($$"""{ "{{name}}": { "Whatever": 1 } }"""), services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient(
                "inventory", SettingsText.Read("""{ "stock": { "TotalTimeout": "1s" } }""").GetSection("stock"));
            services.AddHttpClient("plain").RemoveResilience();
        });
        await app.StartAsync();

        Assert.Equal([told], app.Logs.Of(LogLevel.Warning).Select(line => line.Text));
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

    [Theory]
    [InlineData("""{ "Hedging": { "Delay": "100ms" } }""", "{ }", "Clients:payments:Hedging")]
    [InlineData("""{ "RateLimit": { "Permits": 10, "Per": "1s" } }""", "{ }", "Clients:payments:RateLimit")]
    [InlineData("""{ "ConcurrencyLimit": { "Limit": 10 } }""", "{ }", "Clients:payments:ConcurrencyLimit")]
    [InlineData("{ }", """{ "Hedging": { "Delay": "100ms" } }""", "Defaults:Hedging")]
    [InlineData("""{ "Hedging": { "Delay": "100ms", "Enabled": false } }""", "{ }", null)]
    [InlineData("""{ "Hedging": { "Delay": "100ms", "Enabled": true } }""", "{ }", null)]
    [InlineData("""{ "Hedging": { "Delay": "100ms" } }""", """{ "Hedging": { "Enabled": true } }""", null)]
    [InlineData("""{ "Hedging": { "Delay": "100ms" } }""", """{ "Hedging": { "Enabled": false } }""", null)]
    [InlineData("""{ "Hedging": { "Delay": "100ms" }, "Enabled": false }""", "{ }", null)]
    [InlineData("""{ "Hedging": { } }""", "{ }", null)]
    public async Task Settings_of_a_feature_that_is_not_switched_on_are_one_warning(string payments, string defaults, string? section)
    {
        using var app = await TestApp.StartedAsync(
            $$"""{ "ResilientHttpClients": { "Defaults": {{defaults}}, "Clients": { "payments": {{payments}}, "orders": { } } } }""",
            services =>
            {
                services.AddResilientHttpClient("payments");
                services.AddResilientHttpClient("orders");
            });

        var path = $"ResilientHttpClients:{section}";
        string[] expected = section is null
            ? []
            : [
                $"The settings of {path} have no effect: the feature is off, because {path}:Enabled is not set. Set it to true, or to " +
                "false if the feature is meant to be off.",
            ];
        Assert.Equal(expected, app.Logs.Named("FeatureLeftOff"));
    }

    [Fact]
    public async Task Settings_of_a_feature_that_code_switches_on_cause_no_warning()
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients("""{ "payments": { "Hedging": { "Delay": "100ms" } } }"""),
            services => services.AddResilientHttpClient("payments", options => options.Hedging.Enabled = true));

        Assert.Empty(app.Logs.Named("FeatureLeftOff"));
    }

    [Theory]
    [InlineData("""{ "Retry": { "MaxRetries": 5 }, "CircuitBreaker": { "FailureThreshold": 5 } }""", true)]
    [InlineData("""{ "Retry": { "MaxRetries": 4 } }""", true)]
    [InlineData("""{ "CircuitBreaker": { "FailureThreshold": 4 } }""", true)]
    [InlineData("""{ }""", false)]
    [InlineData("""{ "Retry": { "MaxRetries": 0 }, "CircuitBreaker": { "FailureThreshold": 1 } }""", false)]
    [InlineData("""{ "Retry": { "MaxRetries": 5, "Enabled": false } }""", false)]
    [InlineData("""{ "Retry": { "MaxRetries": 5 }, "CircuitBreaker": { "FailureThreshold": 0 } }""", false)]
    [InlineData("""{ "Retry": { "MaxRetries": 5 }, "CircuitBreaker": { "Mode": "Observe" } }""", false)]
    public async Task Settings_with_which_one_call_opens_its_circuit_are_a_warning(string payments, bool warned)
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients($$"""{ "payments": {{payments}} }"""), services => services.AddResilientHttpClient("payments"));

        Assert.Equal(warned ? 1 : 0, app.Logs.Of(LogLevel.Warning).Count(line => line.Text.StartsWith(
            "payments: a single call can open its circuit: it makes up to ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("weather")]
    [InlineData("eu")]
    public async Task Beside_the_default_client_such_a_section_has_no_name_near_to_it(string name)
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients($$"""{ "{{name}}": {} }"""), services => services.AddHttpClient(Options.DefaultName).AddResilience());

        Assert.Equal(
            [$"No resilient client reads the section ResilientHttpClients:Clients:{name}: resilient clients are the default client"],
            app.Logs.Of(LogLevel.Warning).Select(line => line.Text));
    }

    [Theory]
    [InlineData("payments", "ResilientHttpClients:Clients:payments")]
    [InlineData("payments-eu", "ResilientHttpClients:Clients:payments")]
    [InlineData("payments-eu", "resilienthttpclients:clients:Payments")]
    public async Task A_section_that_was_given_to_a_client_is_read(string name, string path)
    {
        var configuration = SettingsText.Read(TestApp.Clients("""{ "payments": { "TotalTimeout": "5s" } }"""));
        using var app = TestApp.With(
            into => into.AddConfiguration(configuration),
            services => services.AddResilientHttpClient(name, configuration.GetSection(path)));
        await app.StartAsync();

        Assert.Equal(TimeSpan.FromSeconds(5), app.InForce(name).TotalTimeout);
        Assert.Empty(app.Logs.Of(LogLevel.Warning));
    }

    [Fact]
    public async Task A_section_of_the_same_path_in_another_configuration_is_another_one()
    {
        var other = SettingsText
            .Read(TestApp.Clients("""{ "payments": { "TotalTimeout": "1s" } }"""))
            .GetSection("ResilientHttpClients:Clients:payments");
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "TotalTimeout": "5s" } }"""),
            services => services.AddResilientHttpClient("payments", other));
        await app.StartAsync();

        Assert.Equal(
            ["No resilient client reads the section ResilientHttpClients:Clients:payments: the client of that name reads another section"],
            app.Logs.Of(LogLevel.Warning).Select(line => line.Text));
    }

    [Fact]
    public async Task If_the_factorys_defaults_add_the_chain_every_section_is_read_and_checked()
    {
        using var app = TestApp.With(
            TestApp.Clients("""{ "weather": { "Whatever": 1 } }"""),
            services => services.ConfigureHttpClientDefaults(client => client.AddResilience()));

        var mistake = Assert.Single(await MistakesAtStart(app));
        Assert.StartsWith("ResilientHttpClients:Clients:weather:Whatever is not a known key", mistake, StringComparison.Ordinal);
        Assert.Empty(app.Logs.Of(LogLevel.Warning));
    }

    [Fact]
    public async Task The_section_of_a_client_known_from_the_factorys_defaults_is_case_insensitive()
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients("""{ "PAYMENTS": { "TotalTimeout": "5s" } }"""),
            services => services.ConfigureHttpClientDefaults(client => client.AddResilience()));
        app.Client("payments").Dispose();

        Assert.Equal(TimeSpan.FromSeconds(5), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public void Without_a_host_the_first_client_that_is_created_tells()
    {
        using var app = TestApp.With(TestApp.Clients("""{ "payments": { "TotalTimeout": "10" } }"""), services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("inventory", options => options.Retry.MaxRetries = -1);
        });

        var wrong = Assert.Throws<OptionsValidationException>(() => app.Client("inventory"));
        Assert.Equal(2, wrong.Failures.Count());
    }

    [Fact]
    public async Task Code_that_sets_options_cannot_create_a_client_and_the_error_names_its_client()
    {
        using var app = TestApp.With("{}", services =>
        {
            services.AddResilientHttpClient("vault");
            services
                .AddResilientHttpClient("payments")
                .ConfigureResilience((_, provider) => provider.GetRequiredService<IHttpClientFactory>().CreateClient("vault").Dispose());
        });

        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(app.StartAsync);
        Assert.Equal(
            "payments: code that sets its options requested a resilient client, but no client exists before all settings are checked. " +
            "Use an HttpClient without the chain there (RemoveResilience()), or read the value from configuration.",
            wrong.Message);
    }

    [Fact]
    public async Task Code_that_sets_options_may_create_a_client_without_the_chain()
    {
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.AddHttpClient("vault").RemoveResilience();
            services.AddResilientHttpClient("payments").ConfigureResilience((options, provider) =>
                options.TotalTimeout = provider.GetRequiredService<IHttpClientFactory>().CreateClient("vault").Timeout / 10);
        });

        Assert.Equal(TimeSpan.FromSeconds(10), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task Code_that_sets_options_may_create_a_client_that_has_a_fallback_but_no_chain()
    {
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.AddHttpClient("vault").AddFallback((_, _) => default).RemoveResilience();
            services.AddResilientHttpClient("payments").ConfigureResilience((options, provider) =>
                options.TotalTimeout = provider.GetRequiredService<IHttpClientFactory>().CreateClient("vault").Timeout / 10);
        });

        Assert.Equal(TimeSpan.FromSeconds(10), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task A_fallback_without_the_chain_stops_the_host_and_names_the_way_out()
    {
        using var app = TestApp.With("{}", services => services.AddHttpClient("payments").AddFallback((_, _) => default));

        Assert.Equal(
            ["payments: AddFallback has no effect without the chain. Call AddResilience() on the same client, or register it with " +
                "AddResilientHttpClient"],
            await MistakesAtStart(app));
        Assert.Throws<OptionsValidationException>(() => app.Client("payments"));
    }

    [Fact]
    public async Task A_fallback_is_fine_if_the_defaults_add_the_chain_or_the_client_removed_it()
    {
        using var app = TestApp.With("{}", services =>
        {
            services.ConfigureHttpClientDefaults(client => client.AddResilience());
            services.AddHttpClient("payments").AddFallback((_, _) => default);
            services.AddHttpClient("inventory").AddFallback((_, _) => default).RemoveResilience();
        });

        await app.StartAsync();
    }

    [Fact]
    public async Task A_fallback_of_the_factorys_defaults_is_a_warning_if_no_client_has_the_chain()
    {
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.ConfigureHttpClientDefaults(client => client.AddFallback((_, _) => default));
            services.AddHttpClient("payments");
        });

        Assert.Equal(
            ["AddFallback in ConfigureHttpClientDefaults has no effect: no client has the chain. Call AddResilience() there too, or on " +
                "the clients that need it."],
            app.Logs.Of(LogLevel.Warning).Select(line => line.Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_causes_no_warning_if_a_client_has_the_chain_or_the_defaults_removed_it(bool has)
    {
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.ConfigureHttpClientDefaults(client =>
            {
                client.AddFallback((_, _) => default);
                if (!has)
                {
                    client.RemoveResilience();
                }
            });
            if (has)
            {
                services.AddResilientHttpClient("payments");
            }
        });

        Assert.Empty(app.Logs.Of(LogLevel.Warning));
    }

    [Fact]
    public async Task Nothing_of_the_app_starts_before_the_check()
    {
        var started = false;
        using var app = TestApp.With(TestApp.Clients("""{ "payments": { "TotalTimeout": "10" } }"""), services =>
        {
            services.AddHostedService(_ => new Worker(() => started = true));
            services.AddResilientHttpClient("payments");
        });

        await MistakesAtStart(app);
        Assert.False(started);
    }

    [Fact]
    public async Task The_order_of_the_chain_is_described_at_debug()
    {
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("inventory");
        });

        Assert.Equal(
            ["Order of the chain of payments, inventory, outermost first: " +
             "TracingHandler > FallbackHandler > TotalTimeoutHandler > RetryHandler > HedgingHandler > " +
             "EndpointHandler > RateLimitHandler > ConcurrencyLimitHandler > CircuitBreakerHandler > AttemptTimeoutHandler."],
            app.Logs.Of(LogLevel.Debug).Select(line => line.Text));
    }

    private static async Task<IEnumerable<string>> MistakesAtStart(TestApp app) =>
        (await Assert.ThrowsAsync<OptionsValidationException>(app.StartAsync)).Failures;

    private sealed class Worker(Action started) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            started();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
