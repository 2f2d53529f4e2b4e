using Elastic.Transport;
using Resilience.Http.LibraryTests.Support;

namespace Resilience.Http.LibraryTests.Libraries;

public sealed class ElasticTests : SynchronousLibraryContract
{
    private protected override int SendsAtDefaults => 4;

    private protected override string Refused => "TransportException > CircuitOpenException";

    private protected override string RefusedWithResponse => "TransportException";

    private protected override string TimedOut => "TransportException > RequestTimedOutException";

    private protected override Task CallAsync(Bench bench, bool ownRetries) =>
        Transport(bench, ownRetries).RequestAsync<StringResponse>(
            Elastic.Transport.HttpMethod.PUT, "/orders/1", PostData.Bytes(Body), TestContext.Current.CancellationToken);

    private protected override void Call(Bench bench)
    {
        Transport(bench, ownRetries: false).Request<StringResponse>(Elastic.Transport.HttpMethod.PUT, "/orders/1", PostData.Bytes(Body));
    }

    private static DistributedTransport<TransportConfiguration> Transport(Bench bench, bool ownRetries) => new(
        new TransportConfiguration(new SingleNodePool(bench.Server.Address), new HttpRequestInvoker((_, _) => bench.Handler))
        {
            ThrowExceptions = true,
            MaxRetries = ownRetries ? null : 0,
        });
}
