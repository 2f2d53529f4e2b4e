using Flurl.Http;
using Resilience.Http.LibraryTests.Support;

namespace Resilience.Http.LibraryTests.Libraries;

public sealed class FlurlTests : LibraryContract
{
    private protected override int SendsAtDefaults => 4;

    private protected override string Refused => "FlurlHttpException > CircuitOpenException";

    private protected override string RefusedWithResponse => "FlurlHttpException";

    private protected override string TimedOut => "FlurlHttpTimeoutException > RequestTimedOutException";

    private protected override Task CallAsync(Bench bench, bool ownRetries) =>
        new FlurlClient(bench.Client).Request("orders/1").PutJsonAsync(new { sku = "tea", note = "ünïcödé" });
}
