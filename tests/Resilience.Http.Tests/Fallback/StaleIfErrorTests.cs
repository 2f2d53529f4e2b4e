using System.Net;
using static Resilience.Http.Tests.Fallback.StaleFixture;

namespace Resilience.Http.Tests.Fallback;

/// <summary>The last good answer is kept for a minute, unless the request or the answer forbids it.</summary>
public sealed class StaleIfErrorTests
{
    private readonly StaleFixture _fixture = new();

    [Fact]
    public async Task The_last_good_answer_is_returned_with_its_age()
    {
        using var client = _fixture.Client(Good("one"), Bad());

        Assert.Equal("one", await _fixture.ReadAsync(client, "items/1"));
        _fixture.Clock.Advance(TimeSpan.FromSeconds(7));
        using var stale = await _fixture.Clock.RunAsync(() => client.Http.GetAsync("items/1", CancellationToken.None));

        Assert.Equal("one", await stale.Content.ReadAsStringAsync(CancellationToken.None));
        Assert.Equal("text/plain", stale.Content.Headers.ContentType!.MediaType);
        Assert.Equal("stale", Assert.Single(stale.Headers.GetValues("Resilience-Fallback")));
        Assert.Equal(TimeSpan.FromSeconds(7), stale.Headers.Age);
    }

    [Theory]
    [InlineData("no-store")]
    [InlineData("no-store, max-age=-1")]
    public async Task The_answer_to_a_request_that_forbids_storing_is_not_kept(string cacheControl)
    {
        using var client = _fixture.Client(Good("one"), Bad());
        await _fixture.ReadAsync(client, "", Forbid);

        using var response = await _fixture.SendAsync(client, "", Forbid);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);

        void Forbid(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("Cache-Control", cacheControl);
    }

    [Theory]
    [InlineData(AttemptVerdict.Failure)]
    [InlineData(AttemptVerdict.Ignored)]
    public async Task A_2xx_that_was_not_classified_as_a_success_is_not_the_last_good_answer(AttemptVerdict verdict)
    {
        using var client = _fixture.Client(
            _fixture.Server(
                Good("one"), Good("down for maintenance", static response => response.Headers.Add("X-Maintenance", "yes")), Bad()),
            judge: outcome => outcome.Response!.Headers.Contains("X-Maintenance") ? verdict : null);
        Assert.Equal("one", await _fixture.ReadAsync(client, ""));
        Assert.Equal("down for maintenance", await _fixture.ReadAsync(client, ""));

        Assert.Equal("one", await _fixture.ReadAsync(client, ""));
    }

    [Theory]
    [InlineData("Cache-Control", "no-store")]
    [InlineData("Cache-Control", "no-store, max-age=-1")] // .NET drops the whole line for one directive that it cannot read.
    [InlineData("Cache-Control", "private, max-age=0.5")]
    [InlineData("Cache-Control", "no-store; max-age=0")]
    [InlineData("Cache-Control", "no-store, max-age=99999999999")]
    [InlineData("Cache-Control", "no-cache")]
    [InlineData("Cache-Control", "private")]
    [InlineData("Cache-Control", "max-age=60, must-revalidate")]
    [InlineData("Cache-Control", "max-age=60, proxy-revalidate")]
    [InlineData("Set-Cookie", "session=1")]
    [InlineData("Vary", "*")]
    public async Task An_answer_that_forbids_its_reuse_is_not_kept(string header, string value)
    {
        using var client = _fixture.Client(Good("one", response => response.Headers.TryAddWithoutValidation(header, value)), Bad());
        Assert.Equal("one", await _fixture.ReadAsync(client, ""));

        using var response = await _fixture.SendAsync(client, "");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Each_Cache_Control_line_that_forbids_reuse_counts()
    {
        using var client = _fixture.Client(
            Good(
                "one",
                static response =>
                    response.Headers.TryAddWithoutValidation("Cache-Control", ["max-age=60", "max-age=-1, no-store"])), Bad());
        await _fixture.ReadAsync(client, "");

        using var response = await _fixture.SendAsync(client, "");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public async Task A_stale_answer_is_served_up_to_the_limit_and_no_longer(int age, bool serves)
    {
        using var client = _fixture.Client(Good("one"), Bad());
        await _fixture.ReadAsync(client, "");
        _fixture.Clock.Advance(TimeSpan.FromSeconds(age));

        // One attempt: a retry's waits would age the answer further.
        using var response = await _fixture.SendAsync(client, "", request => request.NoRetry());

        Assert.Equal(serves, response.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("stale-if-error=10", 10, true)]
    [InlineData("stale-if-error=10", 11, false)]
    [InlineData("max-age=5, stale-if-error=10", 15, true)]
    [InlineData("max-age=5, stale-if-error=10", 16, false)]
    [InlineData("stale-if-error=3600", 61, false)]
    public async Task The_answers_own_stale_if_error_lowers_the_limit(string cacheControl, int age, bool serves)
    {
        using var client = _fixture.Client(
            Good("one", response => response.Headers.TryAddWithoutValidation("Cache-Control", cacheControl)), Bad());
        await _fixture.ReadAsync(client, "");
        _fixture.Clock.Advance(TimeSpan.FromSeconds(age));

        using var response = await _fixture.SendAsync(client, "", request => request.NoRetry());

        Assert.Equal(serves, response.IsSuccessStatusCode);
    }
}
