using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.IntegrationTests.Endpoints;

/// <summary>Kestrel with TLS on a loopback address, and a certificate of its own for a name.</summary>
internal sealed class HttpsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private HttpsServer(WebApplication app, X509Certificate2 certificate) => (_app, _certificate) = (app, certificate);

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The names that clients asked for in their handshakes (SNI).</summary>
    public ConcurrentQueue<string?> Names { get; } = new();

    /// <summary>The <c>Host</c> headers of the requests.</summary>
    public ConcurrentQueue<string> Hosts { get; } = new();

    public static async Task<HttpsServer> StartAsync(string name)
    {
        HttpsServer? server = null;
        var certificate = CreateCertificate(name);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback,
            port: 0,
            listen => listen.UseHttps(https => https.ServerCertificateSelector = (_, asked) =>
            {
                server!.Names.Enqueue(asked);
                return certificate;
            })));
        server = new HttpsServer(builder.Build(), certificate);
        server._app.Run(context =>
        {
            server.Hosts.Enqueue(context.Request.Host.Value ?? "");
            return context.Response.WriteAsync("ok");
        });
        await server._app.StartAsync();
        return server;
    }

    /// <summary>A handler that trusts this certificate, for the name that it is made for, and no other.</summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        SslOptions =
        {
            CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _certificate },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private static X509Certificate2 CreateCertificate(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
