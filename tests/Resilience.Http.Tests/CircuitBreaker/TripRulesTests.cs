namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>When a closed circuit opens, and what it says of it.</summary>
public sealed class TripRulesTests
{
    private static void OnlyRatio(HttpCircuitBreakerOptions options) => (options.FailureThreshold, options.FailureRatio) = (0, 0.5);

    private static void OnlyRow(HttpCircuitBreakerOptions options) => options.FailureRatio = 0;

    private static void OnlySlow(HttpCircuitBreakerOptions options)
    {
        OnlyRatio(options);
        OnlyRow(options);
        options.SlowCallDuration = TimeSpan.FromSeconds(2);
        options.SlowCallRatio = 0.5;
    }

    [Fact]
    public void One_failure_short_of_the_threshold_it_stays_closed_and_exactly_at_it_opens()
    {
        var lab = new CircuitFixture();

        lab.Fail(times: 4);
        Assert.Equal(CircuitState.Closed, lab.State);
        Assert.True(lab.Fail(lab.Acquire()));

        Assert.Equal(CircuitState.Open, lab.State);
        Assert.Equal("5 consecutive failures, last 503 ServiceUnavailable", lab.Circuit.Snapshot().Reason);
    }

    [Fact]
    public void A_success_ends_the_row()
    {
        var lab = new CircuitFixture(OnlyRow);

        lab.Fail(times: 4);
        lab.Succeed(times: 1);
        lab.Fail(times: 4);

        Assert.Equal(CircuitState.Closed, lab.State);
        Assert.Equal(4, lab.Circuit.Snapshot().ConsecutiveFailures);
    }

    [Fact]
    public void An_attempt_that_was_nobody_s_fault_neither_lengthens_nor_ends_the_row()
    {
        var lab = new CircuitFixture(OnlyRow);

        lab.Fail(times: 4);
        lab.Circuit.Ignore(lab.Acquire());

        Assert.Equal(4, lab.Circuit.Snapshot().ConsecutiveFailures);
        Assert.Equal(4, lab.Circuit.Snapshot().Throughput);
    }

    [Fact]
    public void Being_throttled_neither_lengthens_nor_ends_the_row_and_counts_in_the_ratio()
    {
        var lab = new CircuitFixture();

        lab.Fail(times: 3);
        lab.Fail(times: 10, CircuitFixture.Throttled());
        Assert.Equal(3, lab.Circuit.Snapshot().ConsecutiveFailures);
        Assert.Equal(13, lab.Circuit.Snapshot().Throughput);

        lab.Fail(times: 7, CircuitFixture.Throttled());
        Assert.Equal("20 of 20 results in 10 s were failures, last 429 TooManyRequests", lab.Circuit.Snapshot().Reason);
    }

    [Fact]
    public void A_failure_for_the_ratio_only_neither_lengthens_nor_ends_the_row()
    {
        var lab = new CircuitFixture(OnlyRow);

        lab.Fail(times: 4);
        lab.Fail(times: 10, new("the upload was cut", RatioOnly: true));
        Assert.Equal(
            (CircuitState.Closed, 4, 14L), (lab.State, lab.Circuit.Snapshot().ConsecutiveFailures, lab.Circuit.Snapshot().Throughput));

        lab.Fail(times: 1);
        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void A_threshold_of_zero_switches_the_row_off()
    {
        var lab = new CircuitFixture(OnlyRatio);

        lab.Fail(times: 19);

        Assert.Equal(CircuitState.Closed, lab.State);
    }

    [Fact]
    public void The_ratio_opens_exactly_at_its_threshold_and_with_exactly_enough_results()
    {
        var lab = new CircuitFixture(OnlyRatio);

        lab.Succeed(times: 10);
        lab.Fail(times: 9);
        Assert.Equal(CircuitState.Closed, lab.State);
        lab.Fail(times: 1);

        Assert.Equal(CircuitState.Open, lab.State);
        Assert.Equal("10 of 20 results in 10 s were failures, last 503 ServiceUnavailable", lab.Circuit.Snapshot().Reason);
    }

    [Fact]
    public void A_share_just_below_the_ratio_does_not_open()
    {
        var lab = new CircuitFixture(OnlyRatio);

        lab.Succeed(times: 11);
        lab.Fail(times: 10);

        Assert.Equal(CircuitState.Closed, lab.State);
        Assert.Equal(10 / 21.0, lab.Circuit.Snapshot().FailureRatio);
    }

    [Theory]
    [InlineData(0.1, 3, 30)]
    [InlineData(0.3, 3, 10)]
    [InlineData(0.7, 49, 70)]
    public void A_ratio_that_has_no_exact_binary_form_opens_exactly_at_it_too(double ratio, int failures, int results)
    {
        var lab = new CircuitFixture(options =>
        {
            OnlyRatio(options);
            options.FailureRatio = ratio;
            options.MinimumThroughput = results;
        });

        lab.Succeed(results - failures);
        lab.Fail(failures);

        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void A_ratio_of_zero_switches_the_ratio_off()
    {
        var lab = new CircuitFixture(options =>
        {
            OnlyRow(options);
            options.FailureThreshold = 1000;
        });

        lab.Fail(times: 100);

        Assert.Equal(CircuitState.Closed, lab.State);
    }

    [Fact]
    public void A_success_alone_never_opens_though_it_completes_the_throughput()
    {
        var lab = new CircuitFixture(OnlyRatio);

        lab.Fail(times: 19);
        lab.Succeed(times: 1);

        Assert.Equal(CircuitState.Closed, lab.State);
    }

    [Fact]
    public void Slow_results_open_exactly_at_their_ratio()
    {
        var lab = new CircuitFixture(OnlySlow);

        lab.Succeed(times: 10);
        Assert.Equal(9, Enumerable.Range(0, 9).Count(_ => !Slow(lab)));
        Assert.True(Slow(lab));

        Assert.Equal("10 of 20 results in 10 s took longer than 2 s", lab.Circuit.Snapshot().Reason);
    }

    [Fact]
    public void A_result_that_took_exactly_the_slow_duration_is_not_slow()
    {
        var lab = new CircuitFixture(OnlySlow);

        var permit = lab.Acquire();
        lab.Clock.Advance(TimeSpan.FromSeconds(2));
        lab.Succeed(permit);

        Assert.Equal(0, lab.Circuit.Snapshot().SlowRatio);
    }

    [Fact]
    public void A_failure_can_be_slow_too()
    {
        var lab = new CircuitFixture(OnlySlow);

        lab.Succeed(times: 1);
        var permit = lab.Acquire();
        lab.Clock.Advance(TimeSpan.FromSeconds(3));
        lab.Fail(permit);

        Assert.Equal(0.5, lab.Circuit.Snapshot().SlowRatio);
        Assert.Equal(0.5, lab.Circuit.Snapshot().FailureRatio);
    }

    [Fact]
    public void Without_a_slow_duration_nothing_is_slow()
    {
        var lab = new CircuitFixture();

        var permit = lab.Acquire();
        lab.Clock.Advance(TimeSpan.FromHours(1));
        lab.Succeed(permit);

        Assert.Equal(0, lab.Circuit.Snapshot().SlowRatio);
    }

    [Fact]
    public void Six_timeouts_at_once_with_a_threshold_of_five_are_one_transition()
    {
        var lab = new CircuitFixture();
        var permits = Enumerable.Range(0, 6).Select(_ => lab.Acquire()).ToArray();

        Assert.Equal([false, false, false, false, true, false], permits.Select(permit => lab.Fail(permit, CircuitFixture.TimedOut)));

        Assert.Single(lab.Transitions);
    }

    /// <summary>One slow success: the clock stands still for the other results, and the attempt began three seconds ago.</summary>
    private static bool Slow(CircuitFixture lab)
    {
        var now = lab.Clock.GetTimestamp();
        var permit = lab.Acquire() with { StartedAt = now - 3 * lab.Clock.TimestampFrequency };
        return lab.Circuit.Succeed(permit, now);
    }
}
