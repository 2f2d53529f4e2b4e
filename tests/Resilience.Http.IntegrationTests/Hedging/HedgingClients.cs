using Resilience.Http.IntegrationTests.Retry;

namespace Resilience.Http.IntegrationTests.Hedging;

/// <summary>Clients that hedge after a delay, with no limit on the load they add.</summary>
internal static class HedgingClients
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static HttpClient Client(
        int delay, DelegatingHandler? inside = null, TimeSpan? timeout = null) => RealClient.Over(inside: inside, configure: options =>
    {
        options.TotalTimeout = options.AttemptTimeout = timeout ?? TimeSpan.FromMinutes(1);
        options.Hedging.Enabled = true;
        options.Hedging.Delay = TimeSpan.FromMilliseconds(delay);
        options.Hedging.Percentile = 0.5;
        options.Hedging.MaxExtraLoad = 1;
        options.Retry.Budget.Enabled = false;
    });
}
