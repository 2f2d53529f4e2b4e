using Resilience.Http.LibraryTests.Support;
using RestSharp;

namespace Resilience.Http.LibraryTests.Libraries;

public sealed class RestSharpTests : SynchronousLibraryContract
{
    private protected override int SendsAtDefaults => 4;

    private protected override string Refused => "CircuitOpenException";

    private protected override string RefusedWithResponse => "HttpRequestException";

    private protected override string TimedOut => "TimeoutException";

    private protected override async Task CallAsync(Bench bench, bool ownRetries) =>
        (await new RestClient(bench.Client).ExecuteAsync(Order())).ThrowIfError();

    private protected override void Call(Bench bench)
    {
        new RestClient(bench.Client).Execute(Order()).ThrowIfError();
    }

    private static RestRequest Order() => new RestRequest("orders/1", Method.Put).AddJsonBody(new { sku = "tea", note = "ünïcödé" });
}
