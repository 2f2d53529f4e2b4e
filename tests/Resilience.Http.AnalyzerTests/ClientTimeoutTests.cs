using Verify = Resilience.Http.AnalyzerTests.Verify<
    Resilience.Http.Analyzers.Clients.ClientTimeoutAnalyzer,
    Resilience.Http.Analyzers.CodeFixes.ClientTimeoutFix>;

namespace Resilience.Http.AnalyzerTests;

/// <summary>RHTTP005.</summary>
public sealed class ClientTimeoutTests
{
    private const string Registration = "services.AddResilientHttpClient<Payments>(\"payments\");";

    [Theory]
    [InlineData(Registration)]
    [InlineData("services.AddHttpClient<Payments>().AddResilience();")]
    [InlineData("var client = services.AddHttpClient<Payments>(); client.AddResilience();")]
    [InlineData("services.ConfigureHttpClientDefaults(c => c.AddResilience()); services.AddHttpClient<Payments>();")]
    public Task The_timeout_in_the_constructor_of_a_resilient_client_is_reported(string registration) => Verify.ReportsAsync(
        registration, "public class Payments { public Payments(HttpClient http) { [|http.Timeout = TimeSpan.FromSeconds(5)|]; } }");

    [Fact]
    public Task A_field_that_holds_the_client_is_reported() => Verify.ReportsAsync(
        Registration,
        """
        public class Payments
        {
            private readonly HttpClient _http;
            public Payments(HttpClient http)
            {
                _http = http;
                [|_http.Timeout = TimeSpan.FromSeconds(5)|];
            }
        }
        """);

    [Fact]
    public Task The_implementation_of_a_registered_interface_is_reported() => Verify.ReportsAsync(
        "services.AddResilientHttpClient<IPayments, Payments>(\"payments\");",
        """
        public interface IPayments { }
        public class Payments : IPayments { public Payments(HttpClient http) { [|http.Timeout = TimeSpan.FromSeconds(5)|]; } }
        """);

    [Theory]
    [InlineData("services.AddHttpClient<Payments>();", "http.Timeout = TimeSpan.FromSeconds(5);")]
    [InlineData("services.AddHttpClient<Payments>().AddResilience().RemoveResilience();", "http.Timeout = TimeSpan.FromSeconds(5);")]
    [InlineData(Registration, "http.Timeout = Timeout.InfiniteTimeSpan;")]
    [InlineData(Registration, "var own = new HttpClient(); own.Timeout = TimeSpan.FromSeconds(5);")]
    [InlineData(Registration, "http.Timeout = TimeSpan.FromMilliseconds(Timeout.Infinite);")]
    [InlineData(Registration, "http.MaxResponseContentBufferSize = 1;")]
    public Task What_does_not_cut_a_resilient_call_is_not_reported(string registration, string statement) => Verify.ReportsAsync(
        registration, $$"""public class Payments { public Payments(HttpClient http) { {{statement}} } }""");

    [Theory]
    [InlineData("private readonly HttpClient _http;", "_http = http ?? throw new ArgumentNullException();")]
    [InlineData("private readonly HttpClient _http; private readonly string _name;", "(_http, _name) = (http, \"a\");")]
    [InlineData("private HttpClient _http => _inner; private readonly HttpClient _inner;", "this._inner = http;")]
    public Task A_field_that_gets_the_client_in_another_way_is_reported(string fields, string assignment) => Verify.ReportsAsync(
        Registration,
        $$"""
        public class Payments
        {
            {{fields}}
            public Payments(HttpClient http) { {{assignment}} [|_http.Timeout = TimeSpan.FromSeconds(5)|]; }
        }
        """);

    [Theory]
    [InlineData("private readonly HttpClient _http = new();", "")]
    [InlineData("private readonly HttpClient _http;", "_http = new HttpClient();")]
    [InlineData("private readonly HttpClient _http;", "_http = factory.CreateClient(\"other\");")]
    [InlineData("private readonly HttpClient _http;", "_http = factory is null ? http : new HttpClient();")]
    public Task A_client_that_is_not_injected_is_not_reported(string field, string assignment) => Verify.ReportsAsync(
        Registration,
        $$"""
        public class Payments
        {
            {{field}}
            public Payments(HttpClient http, IHttpClientFactory factory) { {{assignment}} _http.Timeout = TimeSpan.FromSeconds(5); }
        }
        """);

    [Fact]
    public Task The_fix_removes_the_assignment() => Verify.FixesAsync(
        Registration,
        Registration,
        """
        public class Payments
        {
            public Payments(HttpClient http)
            {
                [|http.Timeout = TimeSpan.FromSeconds(5)|];
                Http = http;
            }
            public HttpClient Http { get; }
        }
        """,
        """
        public class Payments
        {
            public Payments(HttpClient http)
            {
                Http = http;
            }
            public HttpClient Http { get; }
        }
        """);
}
