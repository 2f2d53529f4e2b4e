using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests.Pipeline;

/// <summary>Calls that are still running when their container is disposed.</summary>
public sealed class DisposedContainerTests
{
    /// <summary>Of a kind that the chain does not know, so that it logs it; a time limit that it counts.</summary>
    public static TheoryData<Exception> FirstFailures => [new InvalidDataException("odd"), new HttpRequestException("reset")];

    [Theory]
    [MemberData(nameof(FirstFailures), DisableDiscoveryEnumeration = true)]
    public async Task A_call_whose_first_failure_comes_after_the_disposal_keeps_its_outcome(Exception failure)
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        var services = new ServiceCollection().AddLogging().AddMetrics();
        services.AddResilientHttpClient("payments", static options => options.Retry.Enabled = false)
            .ConfigurePrimaryHttpMessageHandler(() => new Pending(answer.Task));
        var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        var call = client.GetAsync(new Uri("https://payments.internal/"), TestContext.Current.CancellationToken);
        await provider.DisposeAsync();
        answer.SetException(failure);

        Assert.Same(failure, await Record.ExceptionAsync(() => call));
    }

    /// <summary>Its limits are made by the first call, with their meters.</summary>
    [Fact]
    public async Task A_first_call_after_the_disposal_is_answered()
    {
        var services = new ServiceCollection().AddLogging().AddMetrics();
        services.AddResilientHttpClient("payments", static options =>
            {
                options.ConcurrencyLimit.Enabled = options.RateLimit.Enabled = options.Hedging.Enabled = true;
                options.RateLimit.Permits = 10;
            })
            .ConfigurePrimaryHttpMessageHandler(static () => new Pending(Task.FromResult(new HttpResponseMessage())));
        var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        await provider.DisposeAsync();

        using var response = await client.GetAsync(new Uri("https://payments.internal/"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private sealed class Pending(Task<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer;
    }
}
