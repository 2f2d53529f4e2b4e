using Resilience.Http.Retry;

namespace Resilience.Http.Tests.Retry;

public sealed class BackoffTests
{
    private static readonly HttpRetryOptions Options = new()
    {
        BaseDelay = TimeSpan.FromMilliseconds(50),
        MaxDelay = TimeSpan.FromSeconds(20),
    };

    [Fact]
    public void Exponential_doubles_up_to_the_cap()
    {
        double[] expected = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 20, 20];

        Assert.Equal(expected, Delays(11, HttpRetryBackoff.Exponential));
    }

    [Fact]
    public void Linear_grows_evenly_up_to_the_cap()
    {
        Assert.Equal([0.05, 0.1, 0.15, 0.2], Delays(4, HttpRetryBackoff.Linear));
        Assert.Equal(20, Delay(HttpRetryBackoff.Linear, HttpRetryJitter.None, 400, 0).TotalSeconds);
    }

    [Fact]
    public void Constant_backoff_keeps_the_delay_unchanged() =>
        Assert.Equal([0.05, 0.05, 0.05, 0.05], Delays(4, HttpRetryBackoff.Constant));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.25, 0.1)]
    [InlineData(0.5, 0.2)]
    [InlineData(1, 0.4)]
    public void Full_jitter_is_anywhere_between_zero_and_the_delay(double chance, double seconds) =>
        Assert.Equal(seconds, Delay(HttpRetryBackoff.Exponential, HttpRetryJitter.Full, 3, chance).TotalSeconds);

    [Theory]
    [InlineData(0, 0.2)]
    [InlineData(0.25, 0.25)]
    [InlineData(0.5, 0.3)]
    [InlineData(1, 0.4)]
    public void Equal_jitter_is_anywhere_in_the_upper_half(double chance, double seconds) =>
        Assert.Equal(seconds, Delay(HttpRetryBackoff.Exponential, HttpRetryJitter.Equal, 3, chance).TotalSeconds);

    [Fact]
    public void Decorrelated_jitter_begins_between_the_base_and_three_times_the_base()
    {
        Assert.Equal(0.05, Decorrelated(null, 0).TotalSeconds);
        Assert.Equal(0.1, Decorrelated(null, 0.5).TotalSeconds);
        Assert.Equal(0.15, Decorrelated(null, 1).TotalSeconds);
    }

    [Fact]
    public void Decorrelated_jitter_grows_from_the_wait_before_and_comes_back_down()
    {
        var high = TimeSpan.FromSeconds(10);

        Assert.Equal(TimeSpan.FromSeconds(20), Decorrelated(high, 1));
        Assert.Equal(TimeSpan.FromSeconds(15.025), Decorrelated(high, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(0.05), Decorrelated(high, 0));
    }

    [Fact]
    public void Decorrelated_jitter_of_a_long_run_visits_both_ends()
    {
        var random = new Random(7);
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 1000; i++)
        {
            waits.Add(Decorrelated(waits.Count == 0 ? null : waits[^1], random.NextDouble()));
        }

        Assert.All(waits, wait => Assert.InRange(wait, Options.BaseDelay, Options.MaxDelay));
        Assert.Contains(Options.MaxDelay, waits);
        Assert.Contains(waits.SkipWhile(wait => wait < Options.MaxDelay), wait => wait < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Full_jitter_at_the_cap_is_uniform()
    {
        var random = new Random(20260301);
        var bins = new int[10];
        for (var i = 0; i < 10_000; i++)
        {
            var wait = Delay(HttpRetryBackoff.Exponential, HttpRetryJitter.Full, 30, random.NextDouble());
            bins[(int)(wait.TotalSeconds / 2)]++;
        }

        Assert.All(bins, count => Assert.InRange(count, 800, 1200));
    }

    [Theory]
    [InlineData(HttpRetryBackoff.Exponential)]
    [InlineData(HttpRetryBackoff.Linear)]
    [InlineData(HttpRetryBackoff.Constant)]
    public void The_two_thousandth_retry_does_not_overflow(HttpRetryBackoff backoff)
    {
        var longest = new HttpRetryOptions { BaseDelay = TimeSpan.FromHours(24), MaxDelay = TimeSpan.FromHours(24), Backoff = backoff };

        foreach (var jitter in Enum.GetValues<HttpRetryJitter>())
        {
            longest.Jitter = jitter;
            Assert.Equal(TimeSpan.FromHours(24), Backoff.Delay(longest, 2000, TimeSpan.FromHours(24), 1));
            Assert.InRange(Delay(backoff, jitter, 2000, 1), Options.BaseDelay, Options.MaxDelay);
        }
    }

    [Fact]
    public void No_base_delay_means_no_wait_at_any_retry()
    {
        foreach (var backoff in Enum.GetValues<HttpRetryBackoff>())
        {
            foreach (var jitter in Enum.GetValues<HttpRetryJitter>())
            {
                var options = new HttpRetryOptions { BaseDelay = TimeSpan.Zero, Backoff = backoff, Jitter = jitter };
                Assert.Equal(TimeSpan.Zero, Backoff.Delay(options, 0, null, 1));
                Assert.Equal(TimeSpan.Zero, Backoff.Delay(options, 2000, TimeSpan.Zero, 1));
            }
        }
    }

    private static double[] Delays(int count, HttpRetryBackoff backoff) =>
        [.. Enumerable.Range(0, count).Select(retry => Delay(backoff, HttpRetryJitter.Full, retry, 1).TotalSeconds)];

    private static TimeSpan Delay(HttpRetryBackoff backoff, HttpRetryJitter jitter, int retry, double chance) => Backoff.Delay(
        new() { BaseDelay = Options.BaseDelay, MaxDelay = Options.MaxDelay, Backoff = backoff, Jitter = jitter }, retry, null, chance);

    private static TimeSpan Decorrelated(TimeSpan? previous, double chance) => Backoff.Delay(
        new() { BaseDelay = Options.BaseDelay, MaxDelay = Options.MaxDelay, Jitter = HttpRetryJitter.Decorrelated }, 5, previous, chance);

    [Fact]
    public void Constant_backoff_is_constant_unless_a_jitter_is_set()
    {
        Assert.Equal(HttpRetryJitter.Full, new HttpRetryOptions().Jitter);
        Assert.Equal(HttpRetryJitter.Full, new HttpRetryOptions { Backoff = HttpRetryBackoff.Linear }.Jitter);
        Assert.Equal(HttpRetryJitter.None, new HttpRetryOptions { Backoff = HttpRetryBackoff.Constant }.Jitter);
        Assert.Equal(
            HttpRetryJitter.Equal, new HttpRetryOptions { Jitter = HttpRetryJitter.Equal, Backoff = HttpRetryBackoff.Constant }.Jitter);
    }
}
