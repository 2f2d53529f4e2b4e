namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>The chain over real sockets, without a circuit breaker and with waits that cost the test nothing to speak of.</summary>
internal static class RealClient
{
    public static HttpClient Over(
        SocketsHttpHandler? sockets = null, DelegatingHandler? inside = null, Action<ResilientHttpClientOptions>? configure = null)
    {
        var options = new ResilientHttpClientOptions();
        options.CircuitBreaker.Enabled = false;
        options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1);
        configure?.Invoke(options);
        sockets ??= new SocketsHttpHandler { UseProxy = false };
        if (inside is not null)
        {
            inside.InnerHandler = sockets;
        }

        return new HttpClient(ResilientHttpHandler.Create("payments", options, (HttpMessageHandler?)inside ?? sockets));
    }
}
