using Verify = Resilience.Http.AnalyzerTests.Verify<
    Resilience.Http.Analyzers.Sending.IdempotencyKeyAnalyzer,
    Resilience.Http.AnalyzerTests.NoFix>;

namespace Resilience.Http.AnalyzerTests;

/// <summary>RHTTP008.</summary>
public sealed class IdempotencyKeyTests
{
    private const string Post = "var request = new HttpRequestMessage(HttpMethod.Post, \"a\");\n";

    [Theory]
    [InlineData("await http.SendAsync([|new HttpRequestMessage(HttpMethod.Post, \"a\").AllowRetry()|]);")]
    [InlineData("var request = [|new HttpRequestMessage(HttpMethod.Patch, \"a\").WithOperationName(\"x\").AllowRetry()|];")]
    [InlineData(Post + "[|request.AllowRetry()|];\nawait http.SendAsync(request);")]
    [InlineData("using " + Post + "request.Headers.Add(\"X-Trace\", \"1\");\n[|request.AllowRetry()|];")]
    public Task An_unsafe_request_that_may_be_repeated_without_a_key_is_reported(string code) => Verify.ReportsAsync(code);

    [Theory]
    [InlineData("await http.SendAsync(new HttpRequestMessage(HttpMethod.Get, \"a\").AllowRetry());")]
    [InlineData("await http.SendAsync(new HttpRequestMessage(HttpMethod.Put, \"a\").AllowRetry());")]
    [InlineData("await http.SendAsync(new HttpRequestMessage(new HttpMethod(\"QUERY\"), \"a\").AllowRetry());")]
    [InlineData(Post + "await http.SendAsync(request);")]
    [InlineData(Post + "request.Headers.Add(\"Idempotency-Key\", \"1\");\nrequest.AllowRetry();")]
    [InlineData(Post + "request.AllowRetry();\nrequest.Headers.TryAddWithoutValidation(\"idempotency-key\", \"1\");")]
    [InlineData(Post + "Sign(request);\nrequest.AllowRetry();\nstatic void Sign(HttpRequestMessage r) => r.Headers.Add(\"Key\", \"1\");")]
    [InlineData("static void Mark(HttpRequestMessage request) => request.AllowRetry();")]
    public Task A_request_that_is_safe_or_has_a_key_is_not_reported(string code) => Verify.ReportsAsync(code);
}
