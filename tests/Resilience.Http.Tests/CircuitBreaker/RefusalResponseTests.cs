using System.Net;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>A refusal that is a response looks like an answer to the request that was refused.</summary>
public sealed class RefusalResponseTests
{
    [Theory]
    [InlineData("GET", "1.1")]
    [InlineData("GET", "2.0")]
    [InlineData("HEAD", "3.0")]
    public async Task A_refusal_response_has_the_requested_version_and_no_body(string method, string version)
    {
        using var client = new ChainClient(
            new ScriptedServer(static script => script.Always(200)),
            static options => options.CircuitBreaker.Rejection = HttpRejection.Respond);
        CircuitRegistry.GetOrCreate(client.Service.Host).Isolate("payments", "maintenance");

        using var response = await client.Http.SendAsync(
            new HttpRequestMessage(new(method), "") { Version = Version.Parse(version) }, CancellationToken.None);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(Version.Parse(version), response.Version);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(CancellationToken.None));
    }
}
