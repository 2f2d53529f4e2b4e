using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Chain;
using Resilience.Http.Chaos.Injection;
using Resilience.Http.Fallback;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing.Server;

namespace Resilience.Http.Tests.Fallback;

/// <summary>An answer never crosses users. Each test hides the user in another place.</summary>
public sealed class StalePrivacyTests
{
    private static readonly Uri Address = new("https://payments.internal/account");

    public static TheoryData<UserMark> Marks => [.. Enum.GetValues<UserMark>()];

    [Theory]
    [MemberData(nameof(Marks))]
    public async Task An_answer_does_not_reach_another_user_however_a_handler_marks_it(UserMark mark)
    {
        var handler = new UserHandler(mark) { User = "alice" };
        using var lab = new StaleLab(null, handler);
        await lab.ReadAsync("account");

        handler.User = "bob";

        Assert.Null(await lab.StaleAsync("account"));
        lab.RefuseCalls();
        Assert.Null(await lab.StaleAsync("account"));
    }

    [Theory]
    [InlineData(UserMark.Token, true)]
    [InlineData(UserMark.TokenTakenBack, true)]
    [InlineData(UserMark.ContentField, true)]
    [InlineData(UserMark.Body, false)]
    [InlineData(UserMark.Path, true)]
    [InlineData(UserMark.PathPutBack, true)]
    [InlineData(UserMark.Clone, true)]
    [InlineData(UserMark.CloneHidden, true)]
    [InlineData(UserMark.CloneWithoutOptions, false)]
    [InlineData(UserMark.OtherClient, false)]
    public async Task It_reaches_its_own_user_if_it_was_seen_what_was_sent(UserMark mark, bool seen)
    {
        using var lab = new StaleLab(null, new UserHandler(mark) { User = "alice" });
        await lab.ReadAsync("account");

        Assert.Equal(seen ? "fresh" : null, await lab.StaleAsync("account"));
    }

    [Fact]
    public async Task A_default_tenant_without_a_mark_of_its_own_is_not_found_by_a_refused_call()
    {
        var handler = new OptionalToken();
        using var lab = new StaleLab(null, handler);
        await lab.ReadAsync("account");

        handler.Token = "bob";
        lab.RefuseCalls();

        Assert.Null(await lab.StaleAsync("account"));
    }

    [Fact]
    public async Task A_refused_call_finds_its_answer_if_no_handler_inside_could_change_it()
    {
        using var lab = new StaleLab();
        await lab.ReadAsync("account");

        lab.RefuseCalls();

        Assert.Equal("fresh", await lab.StaleAsync("account"));
    }

    [Fact]
    public async Task An_answer_of_a_handler_that_sends_nothing_is_not_kept()
    {
        using var lab = new StaleLab(null, new CachingHandler());
        await lab.ReadAsync("account");

        Assert.Null(await lab.StaleAsync("account"));
    }

    [Fact]
    public async Task What_hides_the_user_is_one_warning_with_both_ways_out()
    {
        using var lab = new StaleLab(null, new UserHandler(UserMark.CloneWithoutOptions) { User = "alice" });
        await lab.ReadAsync("account");
        await lab.ReadAsync("account");

        var line = Assert.Single(lab.Log.Of("NothingKept"));
        Assert.StartsWith(
            "payments: StaleIfError is on, but an answer cannot be kept: a handler inside the chain", line.Text, StringComparison.Ordinal);
        Assert.Contains("UseCookies = false", line.Text, StringComparison.Ordinal);
        Assert.Contains("Fallback:ShareStaleAnswers", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShareStaleAnswers_serves_all_users_also_while_the_circuit_is_open()
    {
        var handler = new UserHandler(UserMark.Token) { User = "alice" };
        using var lab = new StaleLab(static options => options.ShareStaleAnswers = true, handler);
        await lab.ReadAsync("prices");

        handler.User = "bob";
        lab.RefuseCalls();

        Assert.Equal("fresh", await lab.StaleAsync("prices"));
        Assert.Null(await lab.StaleAsync("prices", ("X-Api-Key", "1"))); // The caller's own headers still count.
    }

    [Fact]
    public async Task What_was_kept_for_all_users_is_not_served_after_the_setting_is_taken_back()
    {
        using var lab = new StaleLab(static options => options.ShareStaleAnswers = true);
        await lab.ReadAsync("prices");

        var options = lab.Client.Service.Options.Copy();
        options.Fallback.ShareStaleAnswers = false;
        lab.Client.Service.Use(options);

        Assert.Null(await lab.StaleAsync("prices"));
    }

    [Theory]
    [InlineData("Accept", false, true)]
    [InlineData("accept-encoding, X-Tenant", false, true)]
    [InlineData("Cookie", false, true)] // Seen: this primary handler sends no cookies of its own.
    [InlineData("Cookie", true, false)]
    [InlineData("Accept, Authorization", true, false)]
    [InlineData("traceparent", false, false)]
    [InlineData("Cache-Control", false, false)]
    [InlineData("Accept, *", false, false)]
    [InlineData("Accept; Cookie", false, false)] // Cannot be read.
    public async Task Nothing_is_kept_whose_vary_names_a_field_that_cannot_be_seen(string vary, bool shared, bool kept)
    {
        using var lab = new StaleLab(options => options.ShareStaleAnswers = shared);
        lab.Up = _ => StaleLab.Ok("fresh", ("Vary", vary));
        await lab.ReadAsync("account");

        Assert.Equal(kept ? "fresh" : null, await lab.StaleAsync("account"));
    }

    [Fact]
    public async Task Baggage_may_name_a_tenant_so_it_chooses_an_answer()
    {
        using var lab = new StaleLab();
        await lab.ReadAsync("account", ("baggage", "tenant=a"));

        Assert.Null(await lab.StaleAsync("account", ("baggage", "tenant=b")));
        Assert.Equal("fresh", await lab.StaleAsync("account", ("baggage", "tenant=a")));
    }

    [Theory]
    [InlineData("X-Tenant", "a\nX-ROLE: admin")]
    [InlineData("Content-Tenant", "a")]
    [InlineData("Content-Language-Of-User", "a")]
    public async Task A_field_of_the_callers_request_chooses_an_answer_whatever_its_name(string name, string value)
    {
        using var lab = new StaleLab();
        await lab.ReadAsync("account", (name, value));

        Assert.Null(await lab.StaleAsync("account", (name, "b")));
        Assert.Null(await lab.StaleAsync("account"));
    }

    [Theory]
    [InlineData("https://payments.internal/a/../account?user=%41#top", "https://payments.internal/account?user=A")]
    public async Task An_address_that_is_sent_as_it_was_written_is_kept_as_it_was_written(string address, string other)
    {
        using var lab = new StaleLab();
        var asWritten = new Uri(address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var first = await lab.Clock.RunAsync(() => lab.Client.Http.GetAsync(asWritten));
        await first.Content.ReadAsStringAsync();

        lab.GoDown();
        using var stale = await lab.Clock.RunAsync(() => lab.Client.Http.GetAsync(asWritten));

        Assert.True(stale.IsFallback());
        Assert.Null(await lab.StaleAsync(other));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_later_handler_of_the_same_client_finds_it_only_if_it_hides_no_user_either(bool hides)
    {
        using var lab = new StaleLab();
        await lab.ReadAsync("account");
        var primary = new SocketsHttpHandler
        {
            ConnectCallback = static (_, _) => throw new IOException("down"),
            Credentials = hides ? CredentialCache.DefaultCredentials : null
        };
        using var later = Later(lab, primary);
        var call = lab.Clock.RunAsync(() => later.GetAsync("account", CancellationToken.None));

        if (hides)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => call);
        }
        else
        {
            using var stale = await call;
            Assert.Equal("fresh", await stale.Content.ReadAsStringAsync(CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_propagator_that_throws_costs_a_refused_call_no_more_than_the_stale_answer()
    {
        using var lab = new StaleLab();
        await lab.ReadAsync("account");
        using var later = Later(lab, new SocketsHttpHandler { ActivityHeadersPropagator = new ThrowingPropagator() });
        lab.RefuseCalls();

        await Assert.ThrowsAsync<CircuitOpenException>(() => lab.Clock.RunAsync(() => later.GetAsync("account", CancellationToken.None)));
    }

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
    public void So_does_what_a_client_handler_adds(string setting, bool hidden)
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
    public void A_cookie_for_the_address_may_have_gone_along(string? cookieFor, bool redirected, bool has)
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
    public void The_note_stands_next_to_the_primary_behind_the_handlers_of_the_user()
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
    public void In_a_factory_client_it_stands_between_the_users_handlers_and_injected_faults(bool chaosFirst)
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
    public void A_handler_of_the_user_behind_the_note_hides_what_is_sent()
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

    /// <summary>A client over a handler that the factory has built later, for the same service.</summary>
    private static HttpClient Later(StaleLab lab, HttpMessageHandler primary)
    {
        var next = SentRequestHandler.NextToPrimary(primary, lab.Client.Service);
        foreach (var handler in ResilienceChain.HandlersFor(lab.Client.Service).Reverse())
        {
            handler.InnerHandler = next;
            next = handler;
        }

        return new HttpClient(next) { BaseAddress = new Uri("https://payments.internal/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    private sealed class ThrowingPropagator : DistributedContextPropagator
    {
        public override IReadOnlyCollection<string> Fields => [];

        public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
            throw new InvalidOperationException("a propagator of the app");

        public override void ExtractTraceIdAndState(
            object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
            (traceId, traceState) = (null, null);

        public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
            null;
    }

    private sealed class OptionalToken : DelegatingHandler
    {
        public string? Token { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = Token is null ? null : new("Bearer", Token);
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Answers with a response of its own, and fails the second request.</summary>
    private sealed class CachingHandler : DelegatingHandler
    {
        private bool _asked;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_asked)
            {
                return StaleLab.Status(HttpStatusCode.ServiceUnavailable);
            }

            _asked = true;
            using var response = await base.SendAsync(request, cancellationToken);
            return StaleLab.Ok(await response.Content.ReadAsStringAsync(cancellationToken));
        }
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
