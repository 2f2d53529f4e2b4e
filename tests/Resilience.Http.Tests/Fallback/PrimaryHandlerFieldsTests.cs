using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Chaos.Injection;
using Resilience.Http.Fallback;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing.Server;

namespace Resilience.Http.Tests.Fallback;

/// <summary>What the primary handler, or a handler next to it, adds to a request and so hides from the key of a stale answer.</summary>
public sealed class PrimaryHandlerFieldsTests
{
    private static readonly Uri Address = new("https://payments.internal/account");

    [Fact]
    public async Task A_field_that_the_primary_handler_adds_itself_is_part_of_the_key()
    {
        var primary = new BaggageHandler { Tenant = "a" };
        using var lab = new StaleLab(null, primary);
        await lab.ReadAsync("account");

        primary.Tenant = "b";
        Assert.Null(await lab.StaleAsync("account"));
        primary.Tenant = "a";
        Assert.Equal("fresh", await lab.StaleAsync("account"));
    }

    [Theory]
    [InlineData("the defaults", false)]
    [InlineData("Credentials", true)]
    [InlineData("PreAuthenticate", true)]
    [InlineData("default credentials", true)]
    [InlineData("client certificate", true)]
    [InlineData("certificate callback", true)]
    [InlineData("proxy", false)]
    [InlineData("proxy credentials", true)]
    [InlineData("default proxy credentials", true)]
    [InlineData("proxy credentials, not used", false)]
    public void What_a_sockets_handler_adds_by_itself_hides_the_user(string setting, bool hidden)
    {
        using var handler = new SocketsHttpHandler();
        switch (setting)
        {
            case "Credentials":
                handler.Credentials = new NetworkCredential("alice", "1");
                break;
            case "PreAuthenticate":
                (handler.PreAuthenticate, handler.Credentials) = (true, new CredentialCache());
                break;
            case "default credentials":
                handler.Credentials = CredentialCache.DefaultCredentials;
                break;
            case "client certificate":
                handler.SslOptions.ClientCertificates = [Certificate()];
                break;
            case "certificate callback":
                handler.SslOptions.LocalCertificateSelectionCallback = static (_, _, _, _, _) => null!;
                break;
            case "proxy":
                handler.Proxy = new WebProxy("http://proxy.internal");
                break;
            case "proxy credentials":
                handler.Proxy = new WebProxy("http://proxy.internal") { Credentials = new NetworkCredential("alice", "1") };
                break;
            case "default proxy credentials":
                handler.DefaultProxyCredentials = new NetworkCredential("alice", "1");
                break;
            case "proxy credentials, not used":
                (handler.UseProxy, handler.Proxy) = (false, new WebProxy("http://proxy.internal")
                {
                    Credentials = new NetworkCredential("alice", "1")
                });
                break;
        }

        Assert.Equal(hidden, PrimaryIdentity.From(handler).Hidden is not null);
    }

    [Theory]
    [InlineData("the defaults", false)]
    [InlineData("Credentials", true)]
    [InlineData("UseDefaultCredentials", true)]
    [InlineData("client certificate", true)]
    [InlineData("automatic certificate", true)]
    [InlineData("proxy credentials", true)]
    public void What_a_client_handler_adds_hides_the_user_too(string setting, bool hidden)
    {
        using var handler = new HttpClientHandler();
        switch (setting)
        {
            case "Credentials":
                handler.Credentials = new NetworkCredential("alice", "1");
                break;
            case "UseDefaultCredentials":
                handler.UseDefaultCredentials = true;
                break;
            case "client certificate":
                handler.ClientCertificates.Add(Certificate());
                break;
            case "automatic certificate":
                handler.ClientCertificateOptions = ClientCertificateOption.Automatic;
                break;
            case "proxy credentials":
                handler.Proxy = new WebProxy("http://proxy.internal") { Credentials = new NetworkCredential("alice", "1") };
                break;
        }

        Assert.Equal(hidden, PrimaryIdentity.From(handler).Hidden is not null);
    }

    [Fact]
    public void What_an_unknown_or_derived_primary_handler_adds_is_not_known()
    {
        using var derived = new DerivedHandler();
        using var unknown = new UnknownHandler();

        Assert.Contains("DerivedHandler", PrimaryIdentity.From(derived).Hidden, StringComparison.Ordinal);
        Assert.Contains("UnknownHandler", PrimaryIdentity.From(unknown).Hidden, StringComparison.Ordinal);
        Assert.NotNull(PrimaryIdentity.From(null).Hidden);
    }

    [Theory]
    [InlineData(null, false, false)]
    [InlineData("https://payments.internal/account", false, true)]
    [InlineData("https://payments.internal/", false, false)] // Its path does not reach the account.
    [InlineData("https://login.internal/", false, false)]
    [InlineData("https://login.internal/", true, true)] // A redirect may have led there.
    public void A_cookie_for_the_address_may_have_been_sent(string? cookieFor, bool redirected, bool has)
    {
        var cookies = new CookieContainer();
        if (cookieFor is not null)
        {
            cookies.Add(new Uri(cookieFor), new Cookie("session", "1", cookieFor.EndsWith('t') ? "/account" : "/other"));
        }

        Assert.Equal(has, StalePrivacy.HasCookies(cookies, Address, redirected));
        Assert.False(StalePrivacy.HasCookies(null, Address, redirected));
    }

    [Fact]
    public void SentRequestHandler_is_placed_next_to_the_primary_handler_inside_users_handlers()
    {
        using var lab = new StaleLab();
        var user = new OptionalToken { InnerHandler = new SocketsHttpHandler() };
        using var placed = SentRequestHandler.NextToPrimary(user, lab.Client.Service);

        Assert.Same(user, placed);
        Assert.IsType<SentRequestHandler>(user.InnerHandler);
        SentRequestHandler.NextToPrimary(user, lab.Client.Service);
        Assert.IsType<SocketsHttpHandler>(((DelegatingHandler)user.InnerHandler).InnerHandler);
        Assert.Null(SentRequestHandler.BehindTransparent(user));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SentRequestHandler_is_placed_between_the_users_handlers_and_injected_faults(bool chaosFirst)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        var client = chaosFirst ? services.AddHttpClient("payments").AddChaos() : services.AddResilientHttpClient("payments").AddChaos();
        client.AddResilience().AddHttpMessageHandler(static () => new OptionalToken());
        using var provider = services.BuildServiceProvider();

        var handlers = NestedHandlers.From(provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("payments")).ToList();

        var note = handlers.FindIndex(static handler => handler is SentRequestHandler);
        Assert.InRange(
            note,
            handlers.FindIndex(static handler => handler is OptionalToken) + 1,
            handlers.FindIndex(static handler => handler is ChaosHandler) - 1);
        Assert.Null(((SentRequestHandler)handlers[note]).Hidden());
    }

    [Fact]
    public void A_custom_handler_inside_SentRequestHandler_hides_what_is_sent()
    {
        using var lab = new StaleLab();
        using var note = new SentRequestHandler(lab.Client.Service)
        {
            InnerHandler = new OptionalToken { InnerHandler = new SocketsHttpHandler() }
        };

        Assert.Contains("OptionalToken", note.Hidden(), StringComparison.Ordinal);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create();
        return new CertificateRequest(
            "CN=alice", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }

    /// <summary>Adds what a SocketsHttpHandler adds for an activity with baggage, behind the note of what is sent.</summary>
    private sealed class BaggageHandler : DelegatingHandler, ITransparentHandler
    {
        public required string Tenant { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("baggage", $"tenant={Tenant}");
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class DerivedHandler : HttpClientHandler;

    private sealed class UnknownHandler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
