using System.Net;

namespace Resilience.Http.Tests.Fallback;

/// <summary>A later answer of the server withdraws the one that is kept.</summary>
public sealed class StaleWithdrawalTests : IDisposable
{
    private readonly StaleLab _lab = new();

    public void Dispose() => _lab.Dispose();

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
    public async Task An_answer_that_withdraws_the_kept_one_removes_it(HttpStatusCode status, bool removed)
    {
        await _lab.ReadAsync("items/1");
        await _lab.AnswerAsync("items/1", status);

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
        await _lab.AnswerAsync("items/1", HttpStatusCode.NotFound, HttpMethod.Head, []);

        Assert.Null(await _lab.StaleAsync("items/1", ("Authorization", "B")));
    }

    [Theory]
    [InlineData("no-store")]
    [InlineData("private")]
    [InlineData("max-age=-1")] // Cannot be read.
    public async Task A_newer_answer_that_may_not_be_kept_removes_the_older(string cacheControl)
    {
        await _lab.ReadAsync("items/1");
        await _lab.AnswerAsync("items/1", HttpStatusCode.OK, null, ("Cache-Control", cacheControl));

        Assert.Null(await _lab.StaleAsync("items/1"));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Gone)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task An_answer_that_an_inner_handler_throws_as_an_exception_removes_the_kept_one_too(HttpStatusCode status)
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
    public async Task An_answer_that_withdraws_the_kept_one_does_so_whatever_ClassifyOutcome_returns(
        HttpStatusCode status, AttemptVerdict verdict)
    {
        var options = _lab.Client.Service.Options.Copy();
        options.ClassifyOutcome = outcome => outcome.Response?.StatusCode == status ? verdict : null;
        _lab.Client.Service.Use(options);
        await _lab.ReadAsync("items/1");
        await _lab.AnswerAsync("items/1", status);

        Assert.Null(await _lab.StaleAsync("items/1"));
    }

    [Fact]
    public async Task A_status_classified_as_a_temporary_failure_does_not_remove_a_kept_answer()
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
    public async Task A_proxy_that_requires_authentication_does_not_remove_a_kept_answer()
    {
        await _lab.ReadAsync("items/1");
        await _lab.AnswerAsync("items/1", HttpStatusCode.ProxyAuthenticationRequired);

        Assert.Equal("fresh", await _lab.StaleAsync("items/1"));
    }

    /// <summary>A handler inside the chain that makes an exception of each error status.</summary>
    private sealed class ThrowingHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            (await base.SendAsync(request, cancellationToken)).EnsureSuccessStatusCode();
    }
}
