using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Resilience.Http.IntegrationTests.Support;

namespace Resilience.Http.IntegrationTests.Fallback;

/// <summary>An identity that a real primary handler gets while it sends never lets an answer cross users.</summary>
public sealed class StaleIdentityTests : IAsyncLifetime
{
    private readonly WebProxy _proxy = new() { BypassProxyOnLocal = true };
    private readonly X509CertificateCollection _certificates = [];
    private readonly CookieContainer _cookies = new();
    private SwitchedService _service = null!;
    private Action? _whileSending;

    public async ValueTask InitializeAsync() => _service = await SwitchedService.StartAsync(context =>
    {
        _whileSending?.Invoke();
        return context.Response.WriteAsync("for whoever asked");
    });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData("nothing", false)]
    [InlineData("proxy credentials", false)]
    [InlineData("a client certificate", false)]
    [InlineData("a cookie", false)]
    [InlineData("nothing", true)]
    [InlineData("proxy credentials", true)]
    [InlineData("a client certificate", true)]
    [InlineData("a cookie", true)]
    public async Task An_answer_is_not_kept_if_the_primary_handler_gets_an_identity_during_the_send(string identity, bool synchronous)
    {
        using var client = Client();
        _whileSending = () => Give(identity);
        await SendAsync(client, synchronous);
        _whileSending = null;
        TakeAway();

        _service.IsDown = true;
        using var response = await SendAsync(client, synchronous);

        Assert.Equal(identity == "nothing", response.IsFallback());
    }

    [Theory]
    [InlineData("proxy credentials")]
    [InlineData("a client certificate")]
    [InlineData("a cookie")]
    public async Task No_stale_answer_if_the_primary_handler_gets_an_identity_during_the_send(string identity)
    {
        using var client = Client();
        (await SendAsync(client, synchronous: false)).Dispose();

        _whileSending = () =>
        {
            Give(identity);
            throw new InvalidOperationException("500");
        };
        using var response = await SendAsync(client, synchronous: false);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    private void Give(string identity)
    {
        switch (identity)
        {
            case "proxy credentials":
                _proxy.Credentials = new NetworkCredential("alice", "1");
                break;
            case "a client certificate":
                using (var key = ECDsa.Create())
                {
                    _certificates.Add(new CertificateRequest("CN=alice", key, HashAlgorithmName.SHA256)
                        .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100)));
                }

                break;
            case "a cookie":
                _cookies.Add(new Uri(_service.Address), new Cookie("session", "alice"));
                break;
        }
    }

    private void TakeAway()
    {
        _proxy.Credentials = null;
        _certificates.Clear();
        foreach (Cookie cookie in _cookies.GetAllCookies())
        {
            cookie.Expired = true;
        }
    }

    private HttpClient Client()
    {
        var options = new ResilientHttpClientOptions();
        options.Retry.Enabled = false;
        options.CircuitBreaker.Enabled = false;
        options.Fallback.StaleIfError = TimeSpan.FromMinutes(5);
        var primary = new SocketsHttpHandler { Proxy = _proxy, CookieContainer = _cookies };
        primary.SslOptions.ClientCertificates = _certificates;
        return new HttpClient(ResilientHttpHandler.Create("things", options, primary)) { BaseAddress = new Uri(_service.Address) };
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, bool synchronous)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "account");
        return synchronous
            ? client.Send(request, CancellationToken.None)
            : await client.SendAsync(request, CancellationToken.None);
    }
}
