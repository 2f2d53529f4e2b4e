using System.Net;

namespace ResilientApi;

/// <summary>
/// Stands in for catalog in Development, without a network. Every third request fails. While <c>CatalogIsDown</c> is true in
/// <c>appsettings.Development.json</c>, all of them fail.
/// </summary>
internal sealed class CatalogStandIn(IConfiguration configuration) : HttpMessageHandler
{
    private int _requests;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var fails = Interlocked.Increment(ref _requests) % 3 == 0 || configuration.GetValue<bool>("CatalogIsDown");
        var id = Uri.UnescapeDataString(request.RequestUri!.Segments[^1]);
        return Task.FromResult(fails
            ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonContent.Create(new Item(id, $"The item {id}")) });
    }
}
