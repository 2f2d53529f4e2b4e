using Microsoft.Extensions.DependencyInjection;
using Refit;
using Resilience.Http.LibraryTests.Support;

namespace Resilience.Http.LibraryTests.Libraries;

public sealed class RefitTests : LibraryContract
{
    private protected override int SendsAtDefaults => 4;

    private protected override string Refused => "CircuitOpenException";

    private protected override string RefusedWithResponse => "ApiException";

    private protected override string TimedOut => "RequestTimedOutException";

    private protected override IHttpClientBuilder Register(IServiceCollection services, Uri address) =>
        services.AddRefitGeneratedClient<IOrders>(settings: null, "payments").ConfigureHttpClient(client => client.BaseAddress = address);

    private protected override Task CallAsync(Bench bench, bool ownRetries) =>
        bench.App.GetRequiredService<IOrders>().PutAsync(new Order("tea", "ünïcödé"));
}

public interface IOrders
{
    [Put("/orders/1")]
    Task PutAsync([Body] Order order);
}

public sealed record Order(string Sku, string Note);

public interface IOrderStream
{
    [Get("/orders")]
    Task<Stream> GetAsync();
}
