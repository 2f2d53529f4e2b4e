using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Resilience.Http.IntegrationTests.Support;

/// <summary>The two protocols every fault is produced over: HTTP/1.1 and, without TLS, HTTP/2.</summary>
public static class Protocols
{
    public static TheoryData<HttpProtocols> Both => [HttpProtocols.Http1, HttpProtocols.Http2];

    public static HttpClient CreateClient(this HttpProtocols protocol, Uri address, HttpMessageHandler? handler = null) =>
        new(handler ?? new SocketsHttpHandler())
        {
            BaseAddress = address,
            DefaultRequestVersion = protocol == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
}
