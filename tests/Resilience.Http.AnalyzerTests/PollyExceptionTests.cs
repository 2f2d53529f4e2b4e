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
    public Task A_catch_with_a_variable_and_a_filter_is_reported() => Verify.ReportsAsync(
        Registration,
        Types + Checkout(
            "try { await payments.PayAsync().ConfigureAwait(false); } " +
            "catch ([|BrokenCircuitException|] e) when (e.RetryAfter is null) { }"));

    [Fact]
    public Task A_catch_inside_the_typed_client_is_reported() => Verify.ReportsAsync(
        Registration,
        """
        public class Payments(HttpClient http)
        {
            public async Task PayAsync() { try { await http.GetAsync("a"); } catch ([|TimeoutRejectedException|]) { } }
        }
        """);

    [Theory]
    [InlineData("services.AddHttpClient<Payments>().AddResilienceFromStandardHandler(null!);")]
    [InlineData("services.AddResilientHttpClient(\"payments\").AddTypedClient<Payments>();")]
    [InlineData("services.AddResilientHttpClient<Payments>(\"payments\").AddHttpMessageHandler<Plain>();")]
    public Task Every_way_to_register_a_resilient_client_is_recognized(string registration) => Verify.ReportsAsync(
        registration,
        Types + "public class Plain : DelegatingHandler { }" +
        Checkout("try { await payments.PayAsync(); } catch ([|BrokenCircuitException|]) { }"));

    [Theory]
    [InlineData("try { await payments.PayAsync(); return Results.Ok(nameof(Get)); }")]
    [InlineData("try { await payments.PayAsync(); return Results.Json(Newtonsoft.Json.JsonConvert.SerializeObject(1)); }")]
    public Task Platform_calls_in_the_try_block_do_not_prevent_the_report(string attempt) => Verify.ReportsAsync(
        Registration,
        Types + $$"""

        public class Checkout(Payments payments)
        {
            public async Task<IResult> Get() { {{attempt}} catch ([|BrokenCircuitException|]) { return Results.StatusCode(503); } }
        }
        """,
        "using Microsoft.AspNetCore.Http;");

    [Fact]
    public Task A_catch_around_a_method_of_the_client_itself_is_reported() => Verify.ReportsAsync(
        Registration,
        """
        public class Payments(HttpClient http)
        {
            public async Task PayAsync() { try { await SendAsync(); } catch ([|BrokenCircuitException|]) { } }
            private Task SendAsync() => http.GetAsync("a");
        }
        """);

    [Theory]
    [InlineData("services.AddHttpClient<Payments>();", "await payments.PayAsync();")]
    [InlineData("services.AddHttpClient<Payments>().AddResilience(\"mine\");", "await payments.PayAsync();")]
    [InlineData(
        Registration + "services.ConfigureHttpClientDefaults(c => c.AddStandardResilienceHandler());", "await payments.PayAsync();")]
    [InlineData("services.AddResilientHttpClient<Payments>(\"a\").AddHttpMessageHandler(_ => null!);", "await payments.PayAsync();")]
    [InlineData("services.AddResilientHttpClient<Payments>(\"a\").AddHttpMessageHandler<Breaking>();", "await payments.PayAsync();")]
    [InlineData("services.AddResilientHttpClient<Payments>(\"a\").AddHttpMessageHandler<Signing>();", "await payments.PayAsync();")]
    [InlineData(Registration, "await payments.PayAsync(); await next();")]
    [InlineData(Registration, "await payments.PayAsync(); await begun;")]
    [InlineData(Registration, "await Task.WhenAll(payments.PayAsync(), begun);")]
    [InlineData(Registration, "await payments.PayAsync(); await Task.Run(next);")]
    [InlineData(Registration, "await payments.PayAsync(); await foreach (var each in begunToo) { }")]
    [InlineData(Registration, "await payments.PayAsync(); await payments.TwiceAsync();")]
    [InlineData(Registration, "await payments.PayAsync(); await invoker.SendAsync(new(), default);")]
    [InlineData("services.AddHttpClient<Payments>().AddResilience().AddStandardResilienceHandler();", "await payments.PayAsync();")]
    [InlineData(Registration, "await payments.PayAsync(); await Other.RunAsync();")]
    [InlineData(Registration, "await ResiliencePipeline.Empty.ExecuteAsync(async _ => await payments.PayAsync());")]
    [InlineData(Registration, "await Task.Run(() => payments.PayAsync());")]
    [InlineData(Registration, "await Task.Yield();")]
    [InlineData(Registration, "await plain.GetAsync(\"a\"); await payments.PayAsync();")]
    public Task A_try_block_that_may_throw_a_Polly_exception_is_not_reported(string registration, string body) => Verify.ReportsAsync(
        registration,
        Types + """
        public static class Other
        {
            public static Task RunAsync() => Task.CompletedTask;
            public static Task TwiceAsync(this Payments payments) => RunAsync();
            public static IHttpClientBuilder AddResilience(this IHttpClientBuilder builder, string policy) => builder;
        }
        public interface ITokens { Task<string> GetAsync(); }
        public class Signing(ITokens tokens) : DelegatingHandler { public ITokens Tokens => tokens; }
        public class Breaking(IAsyncPolicy policy) : DelegatingHandler { public IAsyncPolicy Policy => policy; }
        """ +
        Checkout($"try {{ {body} }} catch (BrokenCircuitException) {{ }}"));

    [Fact]
    public Task A_client_with_a_pipeline_of_its_own_may_throw_it() => Verify.ReportsAsync(
        Registration,
        "public class Payments(HttpClient http, ResiliencePipeline pipeline)" +
        "{ public async Task PayAsync() => await pipeline.ExecuteAsync(async token => { await http.GetAsync(\"a\", token); }); }" +
        Checkout("try { await payments.PayAsync(); } catch (BrokenCircuitException) { }"));

    [Theory]
    [InlineData("Payments(HttpClient http) : Base", "Other.RunAsync()")]
    [InlineData("Payments(HttpClient http)", "Policies.Retry.ExecuteAsync(() => Task.CompletedTask)")]
    [InlineData("Payments(HttpClient http, ITokens tokens)", "tokens.GetAsync()")]
    public Task A_client_that_may_use_Polly_is_not_reported(string type, string pay) => Verify.ReportsAsync(
        Registration,
        $"public class {type} {{ public HttpClient Http => http; public Task PayAsync() => {pay}; }}" +
        """
        public abstract class Base { protected IAsyncPolicy Policy { get; } = Polly.Policy.NoOpAsync(); }
        public static class Policies { public static IAsyncPolicy Retry { get; } = Policy.NoOpAsync(); }
        public static class Other { public static Task RunAsync() => Task.CompletedTask; }
        public interface ITokens { Task<string> GetAsync(); }
        """ +
        Checkout("try { await payments.PayAsync(); } catch (BrokenCircuitException) { }"));

    [Theory]
    [InlineData("ILogger<string> log")]
    [InlineData("IOptions<Settings> options")]
    [InlineData("Settings settings")]
    public Task A_client_that_depends_on_data_or_the_platform_is_reported(string dependency) => Verify.ReportsAsync(
        Registration,
        $"public class Payments(HttpClient http, {dependency}) {{ public Task PayAsync() => http.GetAsync(\"a\"); }}" +
        "public class Settings { public string? Path { get; set; } }" +
        Checkout("try { await payments.PayAsync(); } catch ([|BrokenCircuitException|]) { }"),
        "using Microsoft.Extensions.Logging; using Microsoft.Extensions.Options;");

    [Fact]
    public Task A_catch_for_another_HttpClient_of_a_typed_client_is_not_reported() => Verify.ReportsAsync(
        Registration,
        """
        public class Payments(HttpClient http, IHttpClientFactory factory)
        {
            public HttpClient Http => http;
            public async Task PayAsync() { try { await factory.CreateClient("b").GetAsync("a"); } catch (BrokenCircuitException) { } }
        }
        """);

    [Fact]
    public Task Exceptions_that_the_library_throws_are_not_reported() => Verify.ReportsAsync(
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

        public class Checkout(
            Payments payments, HttpClient plain, HttpMessageInvoker invoker, Func<Task> next, Task begun,
            System.Collections.Generic.IAsyncEnumerable<int> begunToo)
        {
            public object[] All => [plain, invoker, next, begun, begunToo];
            public async Task RunAsync() { {{statement}} await Task.Yield(); }
        }
        """;
}
