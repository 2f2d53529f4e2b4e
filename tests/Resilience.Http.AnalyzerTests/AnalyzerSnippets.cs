using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Resilience.Http.AnalyzerTests;

/// <summary>The code of docs/analyzers.md that has no warning.</summary>
public static class AnalyzerSnippets
{
    public static void Register(IServiceCollection services)
    {
        #region one-chain
        services.AddHttpClient("payments")
            .AddResilience(options => options.Retry.MaxRetries = 2);
        #endregion

        #region timeout
        services.AddResilientHttpClient<PaymentsClient>("payments", options => options.TotalTimeout = TimeSpan.FromSeconds(5));
        #endregion
    }

    public static async Task<bool> TryPayAsync(PaymentsClient payments, CancellationToken cancellationToken)
    {
        #region exceptions
        try
        {
            await payments.PayAsync("order-1", cancellationToken);
            return true;
        }
        catch (CircuitOpenException)
        {
            return false;
        }
        #endregion
    }

    public sealed class PaymentsClient(HttpClient http)
    {
        #region send
        public async Task PayAsync(string order, CancellationToken cancellationToken)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "payments");
            request.Headers.Add("Idempotency-Key", order);
            using var response = await http.SendAsync(request, cancellationToken);
            response.EnsureSuccessStatusCode();
        }
        #endregion
    }

    #region singleton
    public sealed class PaymentsWorker(IServiceScopeFactory scopes) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await using var scope = scopes.CreateAsyncScope();
            var payments = scope.ServiceProvider.GetRequiredService<PaymentsClient>();
            await payments.PayAsync("order-1", stoppingToken);
        }
    }
    #endregion
}
