using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Resilience.Http.LibraryTests.Support;

namespace Resilience.Http.LibraryTests.Libraries;

public sealed class KiotaTests : LibraryContract
{
    private protected override int SendsAtDefaults => 5;

    private protected override int MostSendsAtDefaults => 12;

    private protected override string Refused => "CircuitOpenException";

    private protected override string RefusedWithResponse => "ApiException";

    private protected override string TimedOut => "RequestTimedOutException";

    private protected override async Task CallAsync(Bench bench, bool ownRetries)
    {
        using var client = ownRetries ? KiotaClientFactory.Create(bench.Handler) : bench.Client;
        using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: client);
        var request = new RequestInformation { HttpMethod = Method.PUT, URI = new Uri(bench.Server.Address, "orders/1") };
        request.SetStreamContent(new MemoryStream(Body), "application/json");
        await adapter.SendNoContentAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }
}
