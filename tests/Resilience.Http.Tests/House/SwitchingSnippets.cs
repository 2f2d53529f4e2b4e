using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.House;

/// <summary>The snippets of docs/switching.md, compiled and tried.</summary>
public sealed class SwitchingSnippets
{
    [Fact]
    public void The_client_before_and_after_has_the_same_address()
    {
        Assert.Equal(Address(Before), Address(After));
    }

    [Fact]
    public void The_settings_after_switching_equal_those_before()
    {
        var services = new ServiceCollection();
        After(services);
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>().Get("payments");

        Assert.Equal(
            (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2), 2),
            (options.TotalTimeout, options.AttemptTimeout, options.Retry.MaxRetries));
    }

    private static void Before(IServiceCollection services)
    {
        #region before
        services.AddHttpClient<PaymentsClient>(client => client.BaseAddress = new Uri("https://payments.internal/"))
            .AddStandardResilienceHandler(options =>
            {
                options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(10);
                options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(2);
                options.Retry.MaxRetryAttempts = 2;
                options.CircuitBreaker.SamplingDuration = TimeSpan.FromSeconds(10);
            });
        #endregion
    }

    private static void After(IServiceCollection services)
    {
        #region after
        services.AddResilientHttpClient<PaymentsClient>("payments", options =>
        {
            options.BaseAddress = new Uri("https://payments.internal/");
            options.TotalTimeout = TimeSpan.FromSeconds(10);
            options.AttemptTimeout = TimeSpan.FromSeconds(2);
            options.Retry.MaxRetries = 2;
            options.CircuitBreaker.SamplingWindow = TimeSpan.FromSeconds(10);
        });
        #endregion
    }

    [Fact]
    public void A_section_of_the_other_package_can_stay()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("PaymentsHandler:Retry:MaxRetryAttempts", "2")])
            .Build();
        var services = new ServiceCollection();
        KeepSection(services, configuration);
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>().Get(nameof(PaymentsClient));

        Assert.Equal((2, TimeSpan.FromSeconds(2)), (options.Retry.MaxRetries, options.Retry.BaseDelay));
    }

    private static void KeepSection(IServiceCollection services, IConfiguration configuration)
    {
        #region keep-section
        services.AddHttpClient<PaymentsClient>()
            .AddResilienceFromStandardHandler(configuration.GetSection("PaymentsHandler"));
        #endregion
    }

    private static Uri? Address(Action<IServiceCollection> register)
    {
        var services = new ServiceCollection();
        register(services);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<PaymentsClient>().Http.BaseAddress;
    }

    private sealed class PaymentsClient(HttpClient http)
    {
        public HttpClient Http { get; } = http;
    }
}
