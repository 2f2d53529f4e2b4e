using System.Globalization;
using System.Net;
using Resilience.Http.Fallback;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Fallback;

/// <summary>What the server says later removes a kept answer.</summary>
public sealed class StaleRemovalTests : IDisposable
{
    private readonly StaleLab _lab = new();

    [Theory]
    [InlineData("PUT", HttpStatusCode.NoContent)]
    [InlineData("DELETE", HttpStatusCode.NoContent)]
    [InlineData("POST", HttpStatusCode.Created)]
    [InlineData("PATCH", HttpStatusCode.OK)]
    [InlineData("POST", HttpStatusCode.SeeOther)]
    [InlineData("UNHEARDOF", HttpStatusCode.OK)]
    public async Task A_change_removes_the_answers_of_its_address_for_all_callers(string method, HttpStatusCode status)
    {
        await _lab.ReadAsync("items/1");
        await _lab.ReadAsync("items/1", ("Authorization", "Bearer other"));
        await AnswerAsync("items/1", status, new(method));

        Assert.Null(await _lab.StaleAsync("items/1"));
        Assert.Null(await _lab.StaleAsync("items/1", ("Authorization", "Bearer other")));
    }

    [Theory]
    [InlineData("PUT", HttpStatusCode.Conflict)]
    [InlineData("PUT", HttpStatusCode.ServiceUnavailable)]
    [InlineData("OPTIONS", HttpStatusCode.OK)]
    [InlineData("QUERY", HttpStatusCode.OK)]
    [InlineData("PROPFIND", HttpStatusCode.MultiStatus)]
    [InlineData("options", HttpStatusCode.OK)]
    public async Task What_changed_nothing_removes_nothing(string method, HttpStatusCode status)
    {
        await _lab.ReadAsync("items/1");
        await AnswerAsync("items/1", status, new(method));

        Assert.Equal("fresh", await _lab.StaleAsync("items/1"));
    }

    [Theory]
    [InlineData("Location", "/items/1", true)]
    [InlineData("Location", "https://payments.internal/items/1", true)]
    [InlineData("Content-Location", "/items/1", true)]
    [InlineData("Location", "https://other.internal/items/1", false)]
    [InlineData("Location", "http://payments.internal/items/1", false)]
    public async Task A_change_removes_what_its_location_names_at_the_same_origin(string header, string named, bool removed)
    {
        await _lab.ReadAsync("items/1");
        await AnswerAsync("orders", HttpStatusCode.Created, HttpMethod.Post, (header, named));

        Assert.Equal(removed ? null : "fresh", await _lab.StaleAsync("items/1"));
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, true)]
    [InlineData(HttpStatusCode.Forbidden, true)]
    [InlineData(HttpStatusCode.NotFound, true)]
    [InlineData(HttpStatusCode.Gone, true)]
    [InlineData(HttpStatusCode.UnavailableForLegalReasons, true)]
    [InlineData(HttpStatusCode.MovedPermanently, true)]
    [InlineData(HttpStatusCode.NotModified, false)]
    [InlineData(HttpStatusCode.TooManyRequests, false)]
    [InlineData(HttpStatusCode.NotImplemented, false)]
    public async Task An_answer_that_takes_it_back_removes_it(HttpStatusCode status, bool removed)
    {
        await _lab.ReadAsync("items/1");
        await AnswerAsync("items/1", status);

        Assert.Equal(removed ? null : "fresh", await _lab.StaleAsync("items/1"));
    }

    [Fact]
    public async Task A_lost_access_removes_every_form_of_the_answer_but_only_for_this_caller()
    {
        await _lab.ReadAsync("items/1", ("Authorization", "A"), ("Accept", "text/plain"));
        await _lab.ReadAsync("items/1", ("Authorization", "B"));
        _lab.Up = static _ => StaleLab.Status(HttpStatusCode.Forbidden);
        await _lab.ReadAsync("items/1", ("Authorization", "A"), ("Accept", "application/json"));

        Assert.Null(await _lab.StaleAsync("items/1", ("Authorization", "A"), ("Accept", "text/plain")));
        Assert.Equal("fresh", await _lab.StaleAsync("items/1", ("Authorization", "B")));
    }

    [Fact]
    public async Task A_resource_that_is_gone_is_gone_for_all_callers_and_methods()
    {
        await _lab.ReadAsync("items/1", ("Authorization", "B"));
        await AnswerAsync("items/1", HttpStatusCode.NotFound, HttpMethod.Head, []);

        Assert.Null(await _lab.StaleAsync("items/1", ("Authorization", "B")));
    }

    [Theory]
    [InlineData("no-store")]
    [InlineData("private")]
    [InlineData("max-age=-1")] // Cannot be read.
    public async Task A_newer_answer_that_may_not_be_kept_removes_the_older(string cacheControl)
    {
        await _lab.ReadAsync("items/1");
        await AnswerAsync("items/1", HttpStatusCode.OK, null, ("Cache-Control", cacheControl));

        Assert.Null(await _lab.StaleAsync("items/1"));
    }

    [Fact]
    public async Task An_answer_whose_call_began_before_a_change_is_not_kept_when_it_is_read_after_it()
    {
        using (var slow = await BeginReadAsync("items/1"))
        {
            await AnswerAsync("items/1", HttpStatusCode.NoContent, HttpMethod.Put);
            await slow.Content.ReadAsStringAsync(CancellationToken.None);
        }

        Assert.Null(await _lab.StaleAsync("items/1"));
    }

    [Fact]
    public async Task An_older_answer_that_is_read_last_does_not_replace_a_newer_one()
    {
        using (var slow = await BeginReadAsync("items/1"))
        {
            _lab.Up = static _ => StaleLab.Ok("newer");
            await _lab.ReadAsync("items/1");
            await slow.Content.ReadAsStringAsync(CancellationToken.None);
        }

        Assert.Equal("newer", await _lab.StaleAsync("items/1"));
    }

    [Fact]
    public async Task Of_two_answers_the_one_with_the_later_date_is_the_newer_however_they_arrive()
    {
        _lab.Up = _ => StaleLab.Ok("newer", ("Date", Date(2)));
        await _lab.ReadAsync("items/1");
        _lab.Up = _ => StaleLab.Ok("older", ("Date", Date(1)));
        await _lab.ReadAsync("items/1");

        Assert.Equal("newer", await _lab.StaleAsync("items/1"));

        string Date(int seconds) => (_lab.Clock.GetUtcNow() - TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(seconds)).ToString("R");
    }

    [Fact]
    public async Task An_answer_is_removed_by_the_address_that_a_handler_inside_sent_it_to_as_well()
    {
        using var lab = new StaleLab(null, new UserHandler(UserMark.PathPutBack) { User = "v2" });
        await lab.ReadAsync("items/1");
        lab.Up = static _ => StaleLab.Status(HttpStatusCode.Created, "", ("Location", "/v2/items/1"));
        (await lab.SendAsync("orders", HttpMethod.Post)).Dispose();

        Assert.Null(await lab.StaleAsync("items/1"));
    }

    [Fact]
    public void Beyond_the_removals_that_are_remembered_every_call_under_way_counts_as_removed()
    {
        var kept = new StaleResponseCache();
        var began = kept.Next();
        for (var i = 0; i < 1001; i++)
        {
            kept.Remove([$"other/{i}"], caller: null);
        }

        kept.Keep(new("a", ""), Answer(kept), ["a"], began, most: 10);
        Assert.Null(kept.Find(new("a", "")));
        kept.Keep(new("a", ""), Answer(kept), ["a"], kept.Next(), most: 10);
        Assert.NotNull(kept.Find(new("a", "")));
    }

    [Fact]
    public void The_answer_that_was_not_used_for_longest_makes_room()
    {
        var kept = new StaleResponseCache();
        foreach (var name in new[] { "a", "b" })
        {
            kept.Keep(new(name, ""), Answer(kept), [name], kept.Next(), most: 2);
        }

        kept.Find(new("a", ""));
        kept.Keep(new("c", ""), Answer(kept), ["c"], kept.Next(), most: 2);

        Assert.NotNull(kept.Find(new("a", "")));
        Assert.Null(kept.Find(new("b", "")));
        Assert.NotNull(kept.Find(new("c", "")));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Gone)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task An_answer_that_a_handler_inside_throws_as_an_exception_removes_it_too(HttpStatusCode status)
    {
        using var lab = new StaleLab(null, new ThrowingHandler());
        await lab.ReadAsync("items/1");
        lab.Up = _ => StaleLab.Status(status);
        await Assert.ThrowsAsync<HttpRequestException>(() => lab.SendAsync("items/1"));

        Assert.Null(await lab.StaleAsync("items/1"));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, AttemptVerdict.Failure)]
    [InlineData(HttpStatusCode.Gone, AttemptVerdict.Ignored)]
    [InlineData(HttpStatusCode.Forbidden, AttemptVerdict.Failure)]
    public async Task An_answer_that_takes_it_back_does_so_whatever_ClassifyOutcome_says(HttpStatusCode status, AttemptVerdict verdict)
    {
        var options = _lab.Client.Service.Options.Copy();
        options.ClassifyOutcome = outcome => outcome.Response?.StatusCode == status ? verdict : null;
        _lab.Client.Service.Use(options);
        await _lab.ReadAsync("items/1");
        await AnswerAsync("items/1", status);

        Assert.Null(await _lab.StaleAsync("items/1"));
    }

    [Fact]
    public async Task A_status_that_counts_as_a_temporary_failure_takes_nothing_back()
    {
        var options = _lab.Client.Service.Options.Copy();
        options.ClassifyOutcome = static outcome =>
            outcome.Response?.StatusCode == HttpStatusCode.NotFound ? AttemptVerdict.Transient : null;
        _lab.Client.Service.Use(options);
        await _lab.ReadAsync("items/1");
        _lab.Answer = static _ => StaleLab.Status(HttpStatusCode.NotFound);

        using var response = await _lab.SendAsync("items/1");

        Assert.True(response.IsFallback());
    }

    [Fact]
    public async Task A_proxy_that_wants_to_know_the_user_takes_nothing_back()
    {
        await _lab.ReadAsync("items/1");
        await AnswerAsync("items/1", HttpStatusCode.ProxyAuthenticationRequired);

        Assert.Equal("fresh", await _lab.StaleAsync("items/1"));
    }

    [Theory]
    [InlineData("404")]
    [InlineData("503")]
    [InlineData("cut")]
    public async Task A_change_whose_redirect_leads_to_a_failure_removes_the_answers(string target)
    {
        using var lab = new StaleLab(null, new FollowingHandler());
        await lab.ReadAsync("items/1");
        lab.Up = _ => target == "cut"
            ? throw new HttpRequestException(HttpRequestError.ResponseEnded)
            : StaleLab.Status((HttpStatusCode)int.Parse(target, CultureInfo.InvariantCulture));
        await Record.ExceptionAsync(() => lab.SendAsync("items/1", HttpMethod.Post));

        Assert.Null(await lab.StaleAsync("items/1"));
    }

    [Theory]
    [InlineData("items/1", 400)]
    [InlineData("items/1/done", 400)]
    [InlineData("items/1/done", 200)]
    public async Task A_redirect_of_an_attempt_that_was_repeated_removes_the_answers_of_both_addresses(string address, int status)
    {
        using var lab = new StaleLab(null, new FollowingHandler(1));
        SwitchRetriesOn(lab);
        await lab.ReadAsync(address);
        lab.Up = request => request.RequestUri!.AbsolutePath.EndsWith("/done", StringComparison.Ordinal)
            ? throw new HttpRequestException(HttpRequestError.ResponseEnded)
            : StaleLab.Status((HttpStatusCode)status);
        await lab.SendAsync("items/1", HttpMethod.Post, ("Idempotency-Key", "17"));

        Assert.Null(await lab.StaleAsync(address));
    }

    [Fact]
    public async Task A_success_that_was_repeated_removes_the_answers_though_the_last_attempt_failed()
    {
        using var lab = new StaleLab();
        SwitchRetriesOn(
            lab, static outcome => outcome.Response?.StatusCode == HttpStatusCode.Accepted ? AttemptVerdict.Transient : null);
        await lab.ReadAsync("items/1");
        var sent = 0;
        lab.Up = _ => StaleLab.Status(sent++ == 0 ? HttpStatusCode.Accepted : HttpStatusCode.BadRequest);
        await lab.SendAsync("items/1", HttpMethod.Put);

        Assert.Equal(2, sent);
        Assert.Null(await lab.StaleAsync("items/1"));
    }

    [Fact]
    public async Task Failures_of_all_attempts_of_a_change_remove_nothing()
    {
        using var lab = new StaleLab();
        SwitchRetriesOn(lab);
        await lab.ReadAsync("items/1");
        lab.Up = static _ => StaleLab.Status(HttpStatusCode.ServiceUnavailable);
        await lab.SendAsync("items/1", HttpMethod.Put);

        Assert.Equal("fresh", await lab.StaleAsync("items/1"));
    }

    [Theory]
    [InlineData("https://payments.internal./items/1")]
    [InlineData("https://PAYMENTS.internal:443/items/1")]
    [InlineData("https://payments.internal/items/1#part")]
    [InlineData("https://me@payments.internal/items/1")]
    public async Task A_change_removes_the_answers_of_its_address_however_the_host_is_written(string address)
    {
        await _lab.ReadAsync("items/1");
        await AnswerAsync(address, HttpStatusCode.NoContent, HttpMethod.Delete);

        Assert.Null(await _lab.StaleAsync("items/1"));
    }

    [Theory]
    [InlineData("StaleIfError")]
    [InlineData("Enabled")]
    public async Task What_was_kept_before_a_time_in_which_nothing_was_learned_is_not_served(string switchedOff)
    {
        await _lab.ReadAsync("items/1");
        var service = _lab.Client.Service;
        var (on, off) = (service.Options, service.Options.Copy());
        (off.Enabled, off.Fallback.StaleIfError) = switchedOff == "Enabled" ? (false, on.Fallback.StaleIfError) : (true, TimeSpan.Zero);
        service.Use(off);
        await AnswerAsync("items/1", HttpStatusCode.NoContent, HttpMethod.Delete);
        service.Use(on);

        Assert.Null(await _lab.StaleAsync("items/1"));
    }

    public void Dispose() => _lab.Dispose();

    private static void SwitchRetriesOn(StaleLab lab, Func<AttemptOutcome, AttemptVerdict?>? classify = null)
    {
        var options = lab.Client.Service.Options.Copy();
        (options.Retry.Enabled, options.ClassifyOutcome) = (true, classify);
        lab.Client.Service.Use(options);
    }

    private CachedResponse Answer(StaleResponseCache kept) =>
        new(new HttpResponseMessage(), default, TimeSpan.Zero, _lab.Clock, isHead: false) { Order = kept.Next() };

    private Task<HttpResponseMessage> BeginReadAsync(string path) =>
        _lab.Clock.RunAsync(() => _lab.Client.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None));

    /// <summary>Lets the service answer one request in another way.</summary>
    private async Task AnswerAsync(
        string path, HttpStatusCode status, HttpMethod? method = null, params (string Name, string Value)[] headers)
    {
        var up = _lab.Up;
        _lab.Up = _ => StaleLab.Status(status, "", headers);
        (await _lab.SendAsync(path, method)).Dispose();
        _lab.Up = up;
    }

    /// <summary>A handler inside the chain that makes an exception of each error status.</summary>
    private sealed class ThrowingHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            (await base.SendAsync(request, cancellationToken)).EnsureSuccessStatusCode();
    }

    /// <summary>The part of a primary handler that follows a redirect of each POST, or of so many.</summary>
    private sealed class FollowingHandler(int most = int.MaxValue) : DelegatingHandler, ITransparentHandler
    {
        private int _followed;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post && _followed++ < most)
            {
                (request.Method, request.RequestUri) = (HttpMethod.Get, new Uri("https://payments.internal/items/1/done"));
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
