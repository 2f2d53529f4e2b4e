using System.Globalization;
using System.Net;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Fallback;

/// <summary>A request that changes a resource removes the answers that were kept for it.</summary>
public sealed class StaleRemovalTests : IDisposable
{
    private readonly StaleLab _lab = new();

    public void Dispose() => _lab.Dispose();

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
        await _lab.AnswerAsync("items/1", status, new(method));

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
        await _lab.AnswerAsync("items/1", status, new(method));

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
        await _lab.AnswerAsync("orders", HttpStatusCode.Created, HttpMethod.Post, (header, named));

        Assert.Equal(removed ? null : "fresh", await _lab.StaleAsync("items/1"));
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
        await _lab.AnswerAsync(address, HttpStatusCode.NoContent, HttpMethod.Delete);

        Assert.Null(await _lab.StaleAsync("items/1"));
    }

    private static void SwitchRetriesOn(StaleLab lab, Func<AttemptOutcome, AttemptVerdict?>? classify = null)
    {
        var options = lab.Client.Service.Options.Copy();
        (options.Retry.Enabled, options.ClassifyOutcome) = (true, classify);
        lab.Client.Service.Use(options);
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
