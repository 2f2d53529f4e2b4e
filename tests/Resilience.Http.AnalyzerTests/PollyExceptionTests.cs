using Verify = Resilience.Http.AnalyzerTests.Verify<
    Resilience.Http.Analyzers.Clients.PollyExceptionAnalyzer,
    Resilience.Http.Analyzers.CodeFixes.PollyExceptionFix>;

namespace Resilience.Http.AnalyzerTests;

/// <summary>RHTTP003.</summary>
public sealed class PollyExceptionTests
{
    private const string Registration = "services.AddResilientHttpClient<Payments>(\"payments\");";
    private const string Types = "public class Payments(HttpClient http) { public Task PayAsync() => http.GetAsync(\"a\"); }";

    [Theory]
    [InlineData("BrokenCircuitException")]
    [InlineData("IsolatedCircuitException")]
    [InlineData("TimeoutRejectedException")]
    [InlineData("Polly.RateLimiting.RateLimiterRejectedException")]
    public Task Each_exception_of_Polly_around_a_resilient_client_is_reported(string exception) => Verify.ReportsAsync(
        Registration, Types + Checkout($"try {{ await payments.PayAsync(); }} catch ([|{exception}|]) {{ }}"));

    [Fact]
    public Task A_catch_with_a_variable_and_a_filter_counts() => Verify.ReportsAsync(
        Registration,
        Types + Checkout(
            "try { await payments.PayAsync().ConfigureAwait(false); } " +
            "catch ([|BrokenCircuitException|] e) when (e.RetryAfter is null) { }"));

    [Fact]
    public Task A_catch_inside_the_typed_client_counts() => Verify.ReportsAsync(
        Registration,
        """
        public class Payments(HttpClient http)
        {
            public async Task PayAsync() { try { await http.GetAsync("a"); } catch ([|TimeoutRejectedException|]) { } }
        }
        """);

    [Theory]
    [InlineData("services.AddHttpClient<Payments>();", "await payments.PayAsync();")]
    [InlineData("services.AddHttpClient<Payments>().AddResilience().AddStandardResilienceHandler();", "await payments.PayAsync();")]
    [InlineData(Registration, "await payments.PayAsync(); await Other.RunAsync();")]
    [InlineData(Registration, "await ResiliencePipeline.Empty.ExecuteAsync(async _ => await payments.PayAsync());")]
    [InlineData(Registration, "await Task.Run(() => payments.PayAsync());")]
    [InlineData(Registration, "await Task.Yield();")]
    [InlineData(Registration, "await plain.GetAsync(\"a\"); await payments.PayAsync();")]
    public Task A_block_that_may_throw_it_is_not_reported(string registration, string body) => Verify.ReportsAsync(
        registration,
        Types + "public static class Other { public static Task RunAsync() => Task.CompletedTask; }" +
        Checkout($"try {{ {body} }} catch (BrokenCircuitException) {{ }}"));

    [Fact]
    public Task A_client_with_a_pipeline_of_its_own_may_throw_it() => Verify.ReportsAsync(
        Registration,
        "public class Payments(HttpClient http, ResiliencePipeline pipeline)" +
        "{ public async Task PayAsync() => await pipeline.ExecuteAsync(async token => { await http.GetAsync(\"a\", token); }); }" +
        Checkout("try { await payments.PayAsync(); } catch (BrokenCircuitException) { }"));

    [Fact]
    public Task Exceptions_that_are_thrown_here_are_not_reported() => Verify.ReportsAsync(
        Registration,
        Types + Checkout("try { await payments.PayAsync(); } catch (CircuitOpenException) { } catch (TimeoutException) { }"));

    [Theory]
    [InlineData("BrokenCircuitException", "CircuitOpenException")]
    [InlineData("TimeoutRejectedException", "RequestTimedOutException")]
    public Task The_fix_catches_the_exception_that_is_thrown(string before, string after) => Verify.FixesAsync(
        Registration,
        Registration,
        Types + Checkout($"try {{ await payments.PayAsync(); }} catch ([|{before}|]) {{ }}"),
        Types + Checkout($"try {{ await payments.PayAsync(); }} catch ({after}) {{ }}"));

    private static string Checkout(string statement) => $$"""

        public class Checkout(Payments payments, HttpClient plain)
        {
            public HttpClient Plain => plain;
            public async Task RunAsync() { {{statement}} await Task.Yield(); }
        }
        """;
}
