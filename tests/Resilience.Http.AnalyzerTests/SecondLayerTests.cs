using Resilience.Http.Analyzers.CodeFixes;
using Resilience.Http.Analyzers.Registrations;
using Verify = Resilience.Http.AnalyzerTests.Verify<
    Resilience.Http.Analyzers.Registrations.SecondLayerAnalyzer,
    Resilience.Http.Analyzers.CodeFixes.SecondLayerFix>;

namespace Resilience.Http.AnalyzerTests;

/// <summary><see cref="SecondLayerAnalyzer"/> and <see cref="SecondLayerFix"/>, RHTTP001.</summary>
public sealed class SecondLayerTests
{
    [Theory]
    [InlineData("AddStandardResilienceHandler", "")]
    [InlineData("AddStandardHedgingHandler", "")]
    [InlineData("AddResilienceHandler", "\"mine\", pipeline => { }")]
    [InlineData("AddPolicyHandler", "Policy.NoOpAsync<HttpResponseMessage>()")]
    [InlineData("AddTransientHttpErrorPolicy", "policy => policy.RetryAsync(3)")]
    public Task Each_other_chain_on_the_same_builder_is_reported(string method, string arguments) => Verify.ReportsAsync(
        $"services.AddHttpClient(\"a\").AddResilience().[|{method}|]({arguments});");

    [Fact]
    public Task The_order_of_the_two_does_not_matter() => Verify.ReportsAsync(
        "services.AddHttpClient(\"a\").[|AddTransientHttpErrorPolicy|](policy => policy.RetryAsync(3)).AddResilience();");

    [Fact]
    public Task A_client_of_AddResilientHttpClient_has_the_chain() => Verify.ReportsAsync(
        "services.AddResilientHttpClient(\"a\").[|AddStandardResilienceHandler|]();");

    [Fact]
    public Task A_client_with_a_section_of_the_standard_handler_has_the_chain() => Verify.ReportsAsync(
        "services.AddHttpClient(\"a\").AddResilienceFromStandardHandler(null!).[|AddStandardResilienceHandler|]();");

    [Theory]
    [InlineData("o.Retry.MaxRetries = 2")]
    [InlineData("o.Retry.Enabled = true")]
    [InlineData("o.Hedging.Enabled = false")]
    public Task An_option_that_keeps_the_retries_is_not_a_way_out(string option) => Verify.ReportsAsync(
        $"services.AddHttpClient(\"a\").AddResilience(o => {option}).[|AddStandardResilienceHandler|]();");

    [Fact]
    public Task Statements_on_the_same_variable_are_reported() => Verify.ReportsAsync(
        """
        var client = services.AddHttpClient("a").AddResilience();
        client.[|AddStandardResilienceHandler|]();
        """);

    [Theory]
    [InlineData("services.ConfigureHttpClientDefaults(client => client.AddResilience().[|AddStandardResilienceHandler|]());")]
    [InlineData("if (http is null) services.AddHttpClient(\"a\").AddResilience().[|AddStandardResilienceHandler|]();")]
    public Task A_second_layer_in_an_expression_without_a_block_is_reported(string statement) => Verify.ReportsAsync(statement);

    [Fact]
    public Task The_defaults_of_all_clients_are_a_builder_too() => Verify.ReportsAsync(
        """
        services.ConfigureHttpClientDefaults(client =>
        {
            client.AddResilience();
            client.[|AddStandardResilienceHandler|]();
        });
        """);

    [Theory]
    [InlineData("services.AddHttpClient(\"a\").AddStandardResilienceHandler();")]
    [InlineData("services.AddHttpClient(\"a\").AddResilience().Services.AddHttpClient(\"b\").AddStandardResilienceHandler();")]
    [InlineData("services.AddHttpClient(\"a\").AddResilience().RemoveResilience().AddStandardResilienceHandler();")]
    [InlineData("services.AddHttpClient(\"a\").AddResilience(o => o.Retry.Enabled = false).AddStandardResilienceHandler();")]
    [InlineData("services.AddHttpClient(\"a\").AddResilience(o => { o.Retry.MaxRetries = 0; }).AddStandardHedgingHandler();")]
    [InlineData("var a = services.AddHttpClient(\"a\"); var b = services.AddHttpClient(\"b\");" +
        "a.AddResilience(); b.AddStandardResilienceHandler();")]
    [InlineData("var a = services.AddHttpClient(\"a\"); a.AddResilience();" +
        "a = services.AddHttpClient(\"b\"); a.AddStandardResilienceHandler();")]
    [InlineData("var a = services.AddHttpClient(\"a\"); " +
        "if (http is null) { a.AddResilience(); } else { a.AddStandardResilienceHandler(); }")]
    [InlineData("var a = services.AddHttpClient(\"a\"); " +
        "if (http is null) a.AddResilience(); else a.AddStandardResilienceHandler();")]
    public Task One_chain_per_client_is_not_reported(string statement) => Verify.ReportsAsync(statement);

    [Fact]
    public Task RemoveAllResilienceHandlers_is_a_way_out() => Verify.ReportsAsync(
        """
        #pragma warning disable EXTEXP0001
        services.AddHttpClient("a").AddStandardResilienceHandler();
        var client = services.AddHttpClient("b");
        client.AddStandardResilienceHandler();
        client.RemoveAllResilienceHandlers().AddResilience();
        """);

    [Fact]
    public Task A_custom_method_with_the_same_name_is_not_reported() => Verify.ReportsAsync(
        "services.AddHttpClient(\"a\").AddResilience().AddStandardHedgingHandler(1);",
        """
        public static class Own
        {
            public static IHttpClientBuilder AddStandardHedgingHandler(this IHttpClientBuilder builder, int i) => builder;
        }
        """);

    [Fact]
    public Task The_fix_removes_the_call() => Verify.FixesAsync(
        "services.AddHttpClient(\"a\").AddResilience().[|AddStandardResilienceHandler|]();",
        "services.AddHttpClient(\"a\").AddResilience();");

    [Fact]
    public Task The_fix_removes_a_statement() => Verify.FixesAsync(
        """
        var client = services.AddHttpClient("a").AddResilience();
        client.[|AddStandardResilienceHandler|]();
        """,
        """
        var client = services.AddHttpClient("a").AddResilience();
        """);

    [Fact]
    public Task The_fix_keeps_a_single_option() => Verify.FixesAsync(
        "services.AddHttpClient(\"a\").AddResilience().[|AddStandardResilienceHandler|](o => o.Retry.MaxRetryAttempts = 2);",
        "services.AddHttpClient(\"a\").AddResilience(o => o.Retry.MaxRetries = 2);");

    [Fact]
    public Task The_fix_keeps_options_that_are_literals() => Verify.FixesAsync(
        """
        services.AddResilientHttpClient("a").[|AddStandardResilienceHandler|](options =>
        {
            options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(10);
            options.CircuitBreaker.SamplingDuration = TimeSpan.FromSeconds(20);
        });
        """,
        """
        services.AddResilientHttpClient("a", options =>
        {
            options.TotalTimeout = TimeSpan.FromSeconds(10);
            options.CircuitBreaker.SamplingWindow = TimeSpan.FromSeconds(20);
        });
        """);

    [Fact]
    public Task Options_that_do_not_map_are_not_kept_in_part() => Verify.FixesAsync(
        "services.AddHttpClient(\"a\").AddResilience().[|AddStandardResilienceHandler|](o => o.Retry.Name = \"r\");",
        "services.AddHttpClient(\"a\").AddResilience();");
}
