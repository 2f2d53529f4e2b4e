using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

public sealed class DescribeHttpClientTests
{
    [Fact]
    public void The_text_tells_handlers_in_order_and_the_settings_in_force()
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
    public void A_client_without_the_chain_says_so()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("plain").ConfigurePrimaryHttpMessageHandler(static () => new HttpClientHandler());
        using var provider = services.BuildServiceProvider();

        Assert.Equal("plain\n  handlers, outermost first\n    HttpClientHandler\n  no resilience chain", provider.DescribeHttpClient("plain"));
    }

    private sealed class OuterHandler : DelegatingHandler;

    private sealed class InnerHandler : DelegatingHandler;
}
