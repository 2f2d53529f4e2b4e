using Resilience.Http.LibraryTests.Support;
using Stripe;

namespace Resilience.Http.LibraryTests.Libraries;

public sealed class StripeTests : SynchronousLibraryContract
{
    private protected override string Answer => """{"id":"cus_1","object":"customer"}""";

    private protected override int SendsAtDefaults => 5;

    private protected override string Refused => "CircuitOpenException";

    private protected override string RefusedWithResponse => "StripeException";

    private protected override string TimedOut => "RequestTimedOutException";

    private protected override Task CallAsync(Bench bench, bool ownRetries) =>
        Customers(bench, ownRetries).CreateAsync(new CustomerCreateOptions { Name = "ünïcödé" });

    private protected override void Call(Bench bench)
    {
        Customers(bench, ownRetries: false).Create(new CustomerCreateOptions { Name = "ünïcödé" });
    }

    [Fact]
    public async Task A_POST_has_an_idempotency_key_even_without_retries_of_the_library()
    {
        await using var bench = await StartAsync(
            Answers.FailingFirst(2, Answer), options => options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1));

        await CallAsync(bench, ownRetries: false);

        var keys = bench.Server.Arrivals.Select(arrival => $"{arrival.Headers["Idempotency-Key"]}").ToArray();
        Assert.Equal(3, keys.Length);
        Assert.NotEmpty(Assert.Single(keys.Distinct()));
    }

    private static CustomerService Customers(Bench bench, bool ownRetries)
    {
        var http = ownRetries ? new SystemNetHttpClient(bench.Client) : new SystemNetHttpClient(bench.Client, maxNetworkRetries: 0);
        return new CustomerService(new StripeClient("sk_test_1", httpClient: http, apiBase: bench.Server.Address.ToString().TrimEnd('/')));
    }
}
