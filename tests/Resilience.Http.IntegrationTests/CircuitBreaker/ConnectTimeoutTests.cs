using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.IntegrationTests.CircuitBreaker;

/// <summary>A service behind a firewall that drops what is sent to it: no connection comes about, and none is refused.</summary>
public sealed class ConnectTimeoutTests
{
    [Fact]
    public async Task A_connect_timeout_of_the_socket_is_a_failure()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("payments", options =>
        {
            options.Retry.Enabled = false;
            options.CircuitBreaker.FailureThreshold = 1;
        }).ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(20),
            ConnectCallback = static async (_, cancellationToken) =>
            {
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
                return Stream.Null;
            },
        });
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        var timeout = await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync("http://payments.internal/"));

        Assert.IsType<TimeoutException>(timeout.InnerException); // SocketsHttpHandler's own, and none of ours.
        var refusal = await Assert.ThrowsAsync<CircuitOpenException>(() => client.GetAsync("http://payments.internal/"));
        Assert.Equal(CircuitState.Open, refusal.State);
        Assert.Equal($"TimeoutException: {timeout.InnerException.Message.TrimEnd('.')}", refusal.LastFailure);
    }
}
