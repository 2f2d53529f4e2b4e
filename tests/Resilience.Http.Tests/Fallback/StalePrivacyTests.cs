using System.Diagnostics;
using System.Net;
using Resilience.Http.Chain;
using Resilience.Http.Fallback;

namespace Resilience.Http.Tests.Fallback;

/// <summary>An answer never crosses users. Each test hides the user in another place.</summary>
public sealed class StalePrivacyTests
{
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
    public async Task A_stale_answer_reaches_its_own_user_if_the_sent_request_was_seen(UserMark mark, bool seen)
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
    public async Task A_refused_call_gets_a_stale_answer_if_no_inner_handler_could_change_it()
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
    public async Task ShareStaleAnswers_serves_all_users_even_while_the_circuit_is_open()
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
    public async Task An_answer_kept_for_all_users_is_not_served_after_the_setting_is_removed()
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
    public async Task No_answer_is_kept_if_its_Vary_names_a_field_that_cannot_be_seen(string vary, bool shared, bool kept)
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
    public async Task A_later_handler_of_a_client_finds_a_stale_answer_only_if_it_hides_no_user_either(bool hides)
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
}
