using System.Net;
using Resilience.Http.Fallback;

namespace Resilience.Http.Tests.Fallback;

/// <summary>Answers and removals whose calls overlap, in either order.</summary>
public sealed class StaleOrderTests : IDisposable
{
    private readonly StaleLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task An_answer_whose_call_began_before_a_change_is_not_kept_when_it_is_read_after_it()
    {
        using (var slow = await BeginReadAsync("items/1"))
        {
            await _lab.AnswerAsync("items/1", HttpStatusCode.NoContent, HttpMethod.Put);
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
    public async Task The_answer_with_the_later_date_is_the_newer_one_however_they_arrive()
    {
        _lab.Up = _ => StaleLab.Ok("newer", ("Date", Date(2)));
        await _lab.ReadAsync("items/1");
        _lab.Up = _ => StaleLab.Ok("older", ("Date", Date(1)));
        await _lab.ReadAsync("items/1");

        Assert.Equal("newer", await _lab.StaleAsync("items/1"));

        string Date(int seconds) => (_lab.Clock.GetUtcNow() - TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(seconds)).ToString("R");
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
    public void The_least_recently_used_answer_is_evicted()
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
    [InlineData("StaleIfError")]
    [InlineData("Enabled")]
    public async Task An_answer_kept_before_stale_answers_were_switched_off_is_not_served(string switchedOff)
    {
        await _lab.ReadAsync("items/1");
        var service = _lab.Client.Service;
        var (on, off) = (service.Options, service.Options.Copy());
        (off.Enabled, off.Fallback.StaleIfError) = switchedOff == "Enabled" ? (false, on.Fallback.StaleIfError) : (true, TimeSpan.Zero);
        service.Use(off);
        await _lab.AnswerAsync("items/1", HttpStatusCode.NoContent, HttpMethod.Delete);
        service.Use(on);

        Assert.Null(await _lab.StaleAsync("items/1"));
    }

    private CachedResponse Answer(StaleResponseCache kept) =>
        new(new HttpResponseMessage(), default, TimeSpan.Zero, _lab.Clock, isHead: false) { Order = kept.Next() };

    private Task<HttpResponseMessage> BeginReadAsync(string path) =>
        _lab.Clock.RunAsync(() => _lab.Client.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None));
}
