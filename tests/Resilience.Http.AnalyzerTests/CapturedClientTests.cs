using Verify = Resilience.Http.AnalyzerTests.Verify<
    Resilience.Http.Analyzers.Clients.CapturedClientAnalyzer,
    Resilience.Http.AnalyzerTests.NoFix>;

namespace Resilience.Http.AnalyzerTests;

/// <summary>RHTTP004.</summary>
public sealed class CapturedClientTests
{
    private const string Registration = "services.AddResilientHttpClient<Payments>(\"payments\");";

    private const string Types = """
        public interface ICheckout { }
        public class Payments(HttpClient http) { public HttpClient Http => http; }
        public class Checkout(Payments payments) : ICheckout { public Payments Payments => payments; }
        public class Worker(Payments payments) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken) => payments.Http.GetAsync("a", stoppingToken);
        }
        public class Scopes(IServiceScopeFactory scopes) { public IServiceScopeFactory Factory => scopes; }
        public class Choice { public Choice(Payments payments) { } public Choice() { } }
        """;

    [Theory]
    [InlineData("services.[|AddSingleton<Checkout>|]();")]
    [InlineData("services.[|AddSingleton<ICheckout, Checkout>|]();")]
    [InlineData("services.[|TryAddSingleton<ICheckout, Checkout>|]();")]
    [InlineData("services.[|AddHostedService<Worker>|]();")]
    public Task A_singleton_with_a_typed_client_is_reported(string statement) => Verify.ReportsAsync(Registration + statement, Types);

    [Theory]
    [InlineData(Registration + "services.AddTransient<Checkout>();")]
    [InlineData(Registration + "services.AddScoped<ICheckout, Checkout>();")]
    [InlineData(Registration + "services.AddSingleton<Scopes>();")]
    [InlineData(Registration + "services.AddSingleton<Choice>();")]
    [InlineData(Registration + "services.AddSingleton(new Checkout(new Payments(http)));")]
    [InlineData(Registration + "services.AddSingleton<ICheckout>(new Checkout(new Payments(http)));")]
    [InlineData("services.AddHttpClient<Payments>(); services.AddSingleton<Checkout>();")]
    [InlineData("services.AddResilientHttpClient<Payments>(\"a\").SetHandlerLifetime(Timeout.InfiniteTimeSpan);" +
        "services.AddSingleton<Checkout>();")]
    [InlineData("services.AddResilientHttpClient<Payments>(\"a\").UseSocketsHttpHandler((handler, _) => { });" +
        "services.AddSingleton<Checkout>();")]
    public Task What_does_not_keep_a_client_or_is_meant_to_is_not_reported(string statements) => Verify.ReportsAsync(statements, Types);
}
