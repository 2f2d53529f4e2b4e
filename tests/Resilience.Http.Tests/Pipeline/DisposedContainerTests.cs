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

    private sealed class Pending(Task<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer;
    }
}
