using Verify = Resilience.Http.AnalyzerTests.Verify<
    Resilience.Http.Analyzers.Clients.TokenAnalyzer,
    Resilience.Http.Analyzers.CodeFixes.TokenFix>;

namespace Resilience.Http.AnalyzerTests;

/// <summary>RHTTP007.</summary>
public sealed class TokenTests
{
    private const string Registration = "services.AddResilientHttpClient<Payments>(\"payments\");";

    [Theory]
    [InlineData("await [|http.GetAsync(\"a\")|];")]
    [InlineData("await [|http.SendAsync(new HttpRequestMessage())|];")]
    [InlineData("await [|http.GetFromJsonAsync<string>(\"a\")|];")]
    [InlineData("await [|http.PostAsJsonAsync(\"a\", 1)|];")]
    [InlineData("[|http.Send(new HttpRequestMessage())|];")]
    public Task A_send_without_the_token_of_its_method_is_reported(string send) => Verify.ReportsAsync(Registration, Client(send));

    [Theory]
    [InlineData("await http.GetAsync(\"a\", token);")]
    [InlineData("await http.GetAsync(\"a\", CancellationToken.None);")]
    [InlineData("await http.PostAsJsonAsync(\"a\", 1, cancellationToken: token);")]
    [InlineData("using var both = CancellationTokenSource.CreateLinkedTokenSource(token); await http.GetAsync(\"a\", both.Token);")]
    [InlineData("_ = Task.Run(() => http.GetAsync(\"later\"));")]
    [InlineData("http.CancelPendingRequests();")]
    [InlineData("await foreach (var each in http.GetFromJsonAsAsyncEnumerable<int>(\"a\").WithCancellation(token)) { }")]
    [InlineData("using var other = new HttpClient(); await other.GetAsync(\"a\");")]
    public Task A_send_that_chose_its_token_is_not_reported(string send) => Verify.ReportsAsync(Registration, Client(send));

    [Fact]
    public Task A_client_passed_as_a_parameter_is_not_reported() => Verify.ReportsAsync(
        Registration,
        "public class Payments(HttpClient http) { public HttpClient Http => http; " +
        "public Task RunAsync(HttpClient other, CancellationToken token) => other.GetAsync(\"a\"); }");

    [Fact]
    public Task A_client_without_the_chain_is_left_to_CA2016() =>
        Verify.ReportsAsync("services.AddHttpClient<Payments>();", Client("await http.GetAsync(\"a\");"));

    [Fact]
    public Task A_method_without_a_token_is_not_reported() => Verify.ReportsAsync(
        Registration, "public class Payments(HttpClient http) { public Task RunAsync() => http.GetAsync(\"a\"); }");

    [Theory]
    [InlineData("await [|http.GetAsync(\"a\")|];", "await http.GetAsync(\"a\", token);")]
    [InlineData("await [|http.GetFromJsonAsync<string>(\"a\")|];", "await http.GetFromJsonAsync<string>(\"a\", token);")]
    [InlineData("await [|http.PostAsJsonAsync(\"a\", 1)|];", "await http.PostAsJsonAsync(\"a\", 1, cancellationToken: token);")]
    public Task The_fix_passes_the_token(string send, string fixedSend) =>
        Verify.FixesAsync(Registration, Registration, Client(send), Client(fixedSend));

    private static string Client(string send) => $$"""
        public class Payments(HttpClient http)
        {
            public async Task RunAsync(CancellationToken token)
            {
                {{send}}
                await Task.Yield();
            }
        }
        """;
}
