using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>A client whose attempts are always cut from outside may have an HttpClient.Timeout that the chain cannot see.</summary>
public sealed class CutFromOutsideTests : IDisposable
{
    private readonly TimeoutWorld _world = new(o => o.AttemptTimeout = TimeSpan.FromSeconds(10));

    [Fact]
    public async Task Twenty_unfinished_attempts_that_were_all_cut_from_outside_are_told()
    {
        await CutAsync(19);
        Assert.Empty(_world.Log.At(LogLevel.Warning));

        await CutAsync(1);

        var warning = Assert.Single(_world.Log.At(LogLevel.Warning));
        Assert.Equal("AlwaysCutFromOutside", warning.Event);
        Assert.StartsWith(
            "The last 20 unfinished attempts of payments were all cancelled from outside before any of its time limits, the last one 5 s after its call began.",
            warning.Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_told_once()
    {
        await CutAsync(100);

        Assert.Single(_world.Log.At(LogLevel.Warning));
    }

    [Fact]
    public async Task A_limit_of_ours_that_fires_in_between_shows_that_nothing_cuts_them_all()
    {
        await CutAsync(19);
        await _world.TimesOutAsync(_world.Server(s => s.Hang()));
        await CutAsync(19);

        Assert.Empty(_world.Log.At(LogLevel.Warning));
    }

    [Fact]
    public async Task Attempts_that_finished_in_between_say_nothing_on_it()
    {
        await CutAsync(19);
        await _world.SendAsync(_world.Server(s => s.Then(200)));
        await Assert.ThrowsAsync<HttpRequestException>(() => _world.SendAsync(_world.Server(s => s.Refuse())));
        await CutAsync(1);

        Assert.Single(_world.Log.At(LogLevel.Warning));
    }

    [Fact]
    public async Task It_is_told_also_where_the_client_has_no_limits_of_its_own()
    {
        _world.Options.AttemptTimeout = Timeout.InfiniteTimeSpan;
        _world.Options.TotalTimeout = Timeout.InfiniteTimeSpan;

        await CutAsync(20);

        Assert.Single(_world.Log.At(LogLevel.Warning));
    }

    public void Dispose() => _world.Dispose();

    private async Task CutAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var caller = new CancellationTokenSource(TimeSpan.FromSeconds(5), _world.Clock);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _world.SendAsync(_world.Server(s => s.Hang()), cancellationToken: caller.Token));
        }
    }
}
