using System.Net;
using Resilience.Http.Fallback;

namespace Resilience.Http.Tests.Fallback;

/// <summary>The table of docs/fallback.md, row by row: what is kept, how long and when, as RFC 9111 and RFC 5861 have it.</summary>
public sealed class StaleFreshnessTests : IDisposable
{
    private readonly StaleLab _lab = new();

    [Theory]
    [InlineData("public, max-age=60", true)]
    [InlineData("s-maxage=60", false)]
    [InlineData("s-maxage=60, stale-if-error=600", false)]
    [InlineData("private=\"X-User\"", false)]
    [InlineData("no-cache=\"X-User\"", false)]
    [InlineData("immutable, max-age=60", true)]
    public async Task Cache_Control_decides_whether_an_answer_is_kept(string cacheControl, bool kept)
    {
        _lab.Up = _ => StaleLab.Ok("fresh", ("Cache-Control", cacheControl));
        await _lab.ReadAsync("");

        Assert.Equal(kept ? "fresh" : null, await _lab.StaleAsync(""));
    }

    [Theory]
    [InlineData(200, "", true)]
    [InlineData(203, "", true)]
    [InlineData(201, "", false)]
    [InlineData(202, "", false)]
    [InlineData(202, "max-age=1", true)]
    [InlineData(206, "max-age=60", false)]
    [InlineData(226, "max-age=60", false)]
    public async Task A_status_that_does_not_represent_the_whole_resource_is_not_kept(int status, string cacheControl, bool kept)
    {
        _lab.Up = _ => StaleLab.Status((HttpStatusCode)status, "fresh", cacheControl.Length > 0 ? [("Cache-Control", cacheControl)] : []);
        await _lab.ReadAsync("");

        Assert.Equal(kept ? "fresh" : null, await _lab.StaleAsync(""));
    }

    [Theory]
    [InlineData("no-cache", false)]
    [InlineData("max-age=0", false)]
    [InlineData("max-age=29", false)]
    [InlineData("max-age=30", true)]
    [InlineData("max-stale", true)]
    [InlineData("max-stale=19", false)]
    [InlineData("max-stale=20", true)]
    [InlineData("min-fresh=1", false)]
    [InlineData("stale-if-error=19", false)]
    [InlineData("stale-if-error=20", true)]
    [InlineData("stale-if-error=soon", false)]
    [InlineData("only-if-cached", true)]
    [InlineData("max-age=-1", false)]
    public async Task The_callers_own_cache_control_is_heeded_when_the_answer_is_30_seconds_old(string cacheControl, bool serves)
    {
        _lab.Up = static _ => StaleLab.Ok("fresh", ("Cache-Control", "max-age=10"));
        await _lab.ReadAsync("");
        _lab.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(serves ? "fresh" : null, await _lab.StaleAsync("", ("Cache-Control", cacheControl)));
    }

    [Fact]
    public async Task Pragma_counts_only_without_cache_control()
    {
        await _lab.ReadAsync("");

        Assert.Null(await _lab.StaleAsync("", ("Pragma", "no-cache")));
        Assert.Equal("fresh", await _lab.StaleAsync("", ("Pragma", "no-cache"), ("Cache-Control", "max-age=60")));
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("100", "", 100)]
    [InlineData("28800, 3", "", 28800)]
    [InlineData("3, 28800", "", 28800)] // Not to seem younger than it is.
    [InlineData("-1", "", 0)]
    [InlineData("eight hours", "", 0)]
    [InlineData("0", "8 hours ago", 28800)]
    [InlineData("30000", "8 hours ago", 30000)]
    [InlineData("", "in 10 minutes", 0)]
    [InlineData("99999999999", "", int.MaxValue)]
    public void An_answer_is_as_old_as_its_date_and_the_caches_in_between_state(string age, string date, int seconds)
    {
        using var response = new HttpResponseMessage();
        var now = new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
        response.Headers.Date = date switch { "8 hours ago" => now.AddHours(-8), "in 10 minutes" => now.AddMinutes(10), _ => null };
        if (age.Length > 0)
        {
            response.Headers.TryAddWithoutValidation("Age", age);
        }

        Assert.Equal(TimeSpan.FromSeconds(seconds), StaleAge.AtReceipt(response.Headers, TimeSpan.Zero, now));
    }

    [Fact]
    public void The_time_an_answer_took_adds_to_what_the_caches_say()
    {
        using var response = new HttpResponseMessage { Headers = { Age = TimeSpan.FromSeconds(5) } };

        Assert.Equal(TimeSpan.FromSeconds(8), StaleAge.AtReceipt(response.Headers, TimeSpan.FromSeconds(3), DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void A_sleeping_machine_ages_an_answer_and_a_clock_set_back_does_not_rejuvenate_it()
    {
        var clock = new TwoClocks();
        var answer = new CachedResponse(new HttpResponseMessage(), default, TimeSpan.Zero, clock, isHead: false) { Order = 1 };

        (clock.Wall, clock.Monotonic) = (TimeSpan.FromHours(8), TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromHours(8), answer.Age(clock));
        (clock.Wall, clock.Monotonic) = (TimeSpan.FromHours(-1), TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Age(clock));
    }

    [Theory]
    [InlineData(30, 40, true)]
    [InlineData(30, 41, false)]
    [InlineData(-1, 10, true)] // An Expires that has passed: fresh for no time.
    [InlineData(-1, 11, false)]
    public async Task Expires_sets_how_long_it_is_fresh_before_stale_if_error_counts(int expires, int age, bool serves)
    {
        _lab.Up = _ => StaleLab.Ok(
            "fresh",
            ("Expires", expires < 0 ? "0" : (_lab.Clock.GetUtcNow() + TimeSpan.FromSeconds(expires)).ToString("R")),
            ("Cache-Control", "stale-if-error=10"));
        await _lab.ReadAsync("");
        _lab.Clock.Advance(TimeSpan.FromSeconds(age));

        Assert.Equal(serves ? "fresh" : null, await _lab.StaleAsync(""));
    }

    [Fact]
    public async Task A_stale_if_error_that_cannot_be_read_is_zero_and_a_huge_one_has_no_effect()
    {
        _lab.Up = static _ => StaleLab.Ok("unread", ("Cache-Control", "max-age=5, stale-if-error=soon"));
        await _lab.ReadAsync("1");
        _lab.Up = static _ => StaleLab.Ok("large", ("Cache-Control", "max-age=5, stale-if-error=99999999999"));
        await _lab.ReadAsync("2");
        _lab.Clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Null(await _lab.StaleAsync("1"));
        Assert.Equal("large", await _lab.StaleAsync("2"));
    }

    [Fact]
    public async Task Connection_fields_are_not_kept_and_the_length_is_computed_again()
    {
        _lab.Up = static _ =>
        {
            var response = StaleLab.Ok(
                "fresh",
                ("Connection", "X-Hop, close"),
                ("X-Hop", "1"),
                ("Keep-Alive", "timeout=5"),
                ("Proxy-Authenticate", "Basic"),
                ("X-Kept", "1"),
                ("Upgrade", "h2c"),
                ("Trailer", "X"));
            response.Headers.TransferEncodingChunked = true;
            return response;
        };
        await _lab.ReadAsync("");
        _lab.GoDown();
        using var stale = await _lab.SendAsync("");

        Assert.Equal(
            ["Age", "Resilience-Fallback", "X-Kept"], stale.Headers.Select(static header => header.Key).Order(StringComparer.Ordinal));
        Assert.Equal(5, stale.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public async Task A_body_that_is_not_as_long_as_its_content_length_is_not_kept(int length, bool kept)
    {
        _lab.Up = _ => new HttpResponseMessage
        {
            Content = new StreamContent(new MemoryStream("fresh"u8.ToArray())) { Headers = { ContentLength = length } }
        };
        using (var first = await _lab.Clock.RunAsync(
            () => _lab.Client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)))
        {
            await (await first.Content.ReadAsStreamAsync(CancellationToken.None)).CopyToAsync(Stream.Null, CancellationToken.None);
        }

        Assert.Equal(kept ? "fresh" : null, await _lab.StaleAsync(""));
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("Text/Event-Stream; charset=utf-8")]
    [InlineData("multipart/x-mixed-replace; boundary=x")]
    public async Task A_stream_of_events_is_not_kept(string type)
    {
        _lab.Up = _ => StaleLab.Ok("data: 1\n\n", ("Content-Type", type));
        await _lab.ReadAsync("");

        Assert.Null(await _lab.StaleAsync(""));
    }

    [Fact]
    public async Task An_answer_that_a_gateway_itself_gave_as_a_fallback_is_not_kept()
    {
        _lab.Up = static _ => StaleLab.Ok("[]", ("Resilience-Fallback", "default"));
        await _lab.ReadAsync("");

        Assert.Null(await _lab.StaleAsync(""));
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_stale_answer_carries_the_version_that_was_asked_for(string version)
    {
        using var lab = new StaleLab();
        lab.Client.Http.DefaultRequestVersion = Version.Parse(version);
        using (await lab.Clock.RunAsync(() => lab.Client.Http.GetAsync("", CancellationToken.None)))
        {
        }

        lab.GoDown();
        using var stale = await lab.Clock.RunAsync(() => lab.Client.Http.GetAsync("", CancellationToken.None));

        Assert.True(stale.IsFallback());
        Assert.Equal(Version.Parse(version), stale.Version);
    }

    public void Dispose() => _lab.Dispose();

    private sealed class TwoClocks : TimeProvider
    {
        public TimeSpan Wall { get; set; }

        public TimeSpan Monotonic { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(50) + Wall;

        public override long GetTimestamp() => Monotonic.Ticks;
    }
}
