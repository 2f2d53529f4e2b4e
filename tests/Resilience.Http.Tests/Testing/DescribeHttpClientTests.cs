using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;
using Resilience.Http.Tests.House;

namespace Resilience.Http.Tests.Testing;

public sealed class DescribeHttpClientTests
{
    [Fact]
    public void The_text_lists_handlers_in_order_and_the_settings_in_force()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("payments")
            .AddHttpMessageHandler(static () => new OuterHandler())
            .AddResilience(static o => o.TotalTimeout = TimeSpan.FromSeconds(5))
            .AddHttpMessageHandler(static () => new InnerHandler());
        services.UseScriptedServer("payments", s => s.Always(200));
        using var provider = services.BuildServiceProvider();

        var text = provider.DescribeHttpClient("payments");

        Assert.StartsWith(
            """
            payments
              handlers, outermost first
                OuterHandler
                TracingHandler
                FallbackHandler
                TotalTimeoutHandler
                RetryHandler
                HedgingHandler
                EndpointHandler
                RateLimitHandler
                ConcurrencyLimitHandler
                CircuitBreakerHandler
                AttemptTimeoutHandler
                InnerHandler
                the primary handler
              settings
                Enabled = true
            """.ReplaceLineEndings("\n"),
            text,
            StringComparison.Ordinal);
        Assert.Contains("\n    TotalTimeout = 5s\n    AttemptTimeout = 5s\n", text, StringComparison.Ordinal);
        Assert.Contains("\n    Retry:Budget:Ratio = 0.2\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_only_code_can_set_are_listed_too()
    {
        var plain = Describe(static _ => { });

        Assert.Contains("\n    ClassifyOutcome = none\n", plain, StringComparison.Ordinal);
        Assert.Contains(
            "\n    ClassifyOutcome = set\n",
            Describe(static client => client.AddResilience(static o => o.ClassifyOutcome = static _ => null)),
            StringComparison.Ordinal);
        Assert.EndsWith("\n    delegates of AddFallback = 0", plain, StringComparison.Ordinal);
        Assert.EndsWith(
            "\n    delegates of AddFallback = 2",
            Describe(static client => client.AddFallback(NoAnswer).AddFallback(NoAnswer)),
            StringComparison.Ordinal);

        static ValueTask<HttpResponseMessage?> NoAnswer(FallbackContext failed, CancellationToken cancellationToken) =>
            new((HttpResponseMessage?)null);
    }

    [Fact]
    public void Every_setting_takes_one_line_whatever_it_holds()
    {
        var text = Describe(
            static client =>
                client.AddResilience(static o => (o.Fallback.StatusCode, o.Fallback.Content) = (HttpStatusCode.OK, "a\r\nb\\n")));

        Assert.Contains("\n    Fallback:Content = a\\r\\nb\\\\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_description_in_the_docs_is_the_beginning_of_a_real_one()
    {
        var page = File.ReadAllText(Checkout.PathOf("docs/testing.md"));
        var shown = page[page.IndexOf("payments\n  handlers, outermost first", StringComparison.Ordinal)..].Split("\n```", 2)[0];

        Assert.StartsWith($"{shown}\n", Describe(static _ => { }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_without_the_chain_is_described_as_such()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("plain").ConfigurePrimaryHttpMessageHandler(static () => new HttpClientHandler());
        using var provider = services.BuildServiceProvider();

        Assert.Equal(
            "plain\n  handlers, outermost first\n    HttpClientHandler\n  no resilience chain", provider.DescribeHttpClient("plain"));
    }

    private static string Describe(Action<IHttpClientBuilder> configure)
    {
        var services = new ServiceCollection();
        configure(services.AddResilientHttpClient("payments"));
        using var provider = services.BuildServiceProvider();
        return provider.DescribeHttpClient("payments");
    }

    private sealed class OuterHandler : DelegatingHandler;

    private sealed class InnerHandler : DelegatingHandler;
}
