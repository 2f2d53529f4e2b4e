using Resilience.Http.LibraryTests.Support;

namespace Resilience.Http.LibraryTests.Libraries;

public sealed class AwsTests : SynchronousLibraryContract
{
    private protected override int SendsAtDefaults => 5;

    private protected override string Refused => "CircuitOpenException";

    private protected override string RefusedWithResponse => "AmazonServiceException > HttpErrorResponseException";

    private protected override string TimedOut => "TimeoutException";

    private protected override async Task CallAsync(Bench bench, bool ownRetries)
    {
        using var client = Client(bench, ownRetries);
        await client.PutAsync(Body, TestContext.Current.CancellationToken);
    }

    private protected override void Call(Bench bench)
    {
        using var client = Client(bench, ownRetries: false);
        client.Put(Body);
    }

    private static AwsOrdersClient Client(Bench bench, bool ownRetries)
    {
        var config = new AwsOrdersConfig(bench.Server.Address, bench.Handler);
        if (!ownRetries)
        {
            config.MaxErrorRetry = 0;
        }

        return new(config);
    }
}
