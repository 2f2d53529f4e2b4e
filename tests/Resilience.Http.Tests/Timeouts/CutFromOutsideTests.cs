using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>A client whose attempts are always cut from outside may have an HttpClient.Timeout that the chain cannot see.</summary>
public sealed class CutFromOutsideTests : IDisposable
{
    private readonly TimeoutWorld _world = new(o => o.AttemptTimeout = TimeSpan.FromSeconds(10));

    [Fact]
    public async Task Twenty_calls_that_were_cut_from_outside_at_the_same_time_are_reported()
    {
        await CutAsync(19);
        Assert.Empty(_world.Log.At(LogLevel.Warning));

        await CutAsync(1);

        var warning = Assert.Single(_world.Log.At(LogLevel.Warning));
        Assert.Equal("AlwaysCutFromOutside", warning.Event);
        Assert.StartsWith(
            "20 calls of payments were canceled from outside after the same elapsed time, 5 s, before any of its time limits.",
            warning.Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cuts_from_outside_are_reported_once()
    {
        await CutAsync(100);

        Assert.Single(_world.Log.At(LogLevel.Warning));
    }

    [Fact]
    public async Task A_timeout_in_between_shows_that_calls_are_not_always_cut_from_outside()
    {
        await CutAsync(19);
        await _world.TimesOutAsync(_world.Server(s => s.Hang()));
        await CutAsync(19);

        Assert.Empty(_world.Log.At(LogLevel.Warning));
    }

    [Fact]
    public async Task Attempts_that_finished_in_between_do_not_suppress_the_warning()
    {
        await CutAsync(19);
        await _world.SendAsync(_world.Server(s => s.Then(200)));
        await Assert.ThrowsAsync<HttpRequestException>(() => _world.SendAsync(_world.Server(s => s.Refuse())));
        await CutAsync(1);

        Assert.Single(_world.Log.At(LogLevel.Warning));
    }

    [Fact]
    public async Task Cuts_from_outside_are_reported_even_if_the_client_has_no_limits_of_its_own()
    {
        _world.Options.AttemptTimeout = Timeout.InfiniteTimeSpan;
        _world.Options.TotalTimeout = Timeout.InfiniteTimeSpan;

        await CutAsync(20);

        Assert.Single(_world.Log.At(LogLevel.Warning));
    }

    [Theory]
    [InlineData(0.0, 9.0)]
    [InlineData(1.0, 4.0)]
    [InlineData(0.0, 1.0)]
    public async Task Callers_who_cancel_at_different_times_are_not_reported(double earliest, double latest)
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            await CutAsync(1, TimeSpan.FromSeconds(earliest + ((latest - earliest) * random.NextDouble())));
        }

        Assert.Empty(_world.Log.At(LogLevel.Warning));
    }

    [Fact]
    public async Task Occasional_cancellations_by_callers_do_not_hide_a_timeout()
    {
        var random = new Random(7);
        for (var i = 0; i < 100; i++)
        {
            await CutAsync(1, i % 4 == 0 ? TimeSpan.FromSeconds(5 * random.NextDouble()) : TimeSpan.FromSeconds(5));
        }

        Assert.Single(_world.Log.At(LogLevel.Warning));
    }

    [Fact]
    public async Task A_timer_that_fires_a_little_late_still_counts_as_the_same_time()
    {
        var random = new Random(7);
        for (var i = 0; i < 20; i++)
        {
            await CutAsync(1, TimeSpan.FromMilliseconds(5_000 + random.Next(100)));
        }

        Assert.Single(_world.Log.At(LogLevel.Warning));
    }

    public void Dispose() => _world.Dispose();

    private async Task CutAsync(int times, TimeSpan? after = null)
    {
        for (var i = 0; i < times; i++)
        {
            using var caller = new CancellationTokenSource(after ?? TimeSpan.FromSeconds(5), _world.Clock);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => _world.SendAsync(_world.Server(s => s.Hang()), cancellationToken: caller.Token));
        }
    }
}
