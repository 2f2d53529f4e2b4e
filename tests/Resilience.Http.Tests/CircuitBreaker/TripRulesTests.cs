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
    public void The_circuit_opens_exactly_at_the_threshold_and_not_one_failure_earlier()
    {
        var lab = new CircuitFixture();

        lab.Fail(times: 4);
        Assert.Equal(CircuitState.Closed, lab.State);
        Assert.True(lab.Fail(lab.Acquire()));

        Assert.Equal(CircuitState.Open, lab.State);
        Assert.Equal("5 consecutive failures, last 503 ServiceUnavailable", lab.Circuit.Snapshot().Reason);
    }

    [Fact]
    public void A_success_resets_the_count_of_consecutive_failures()
    {
        var lab = new CircuitFixture(OnlyRow);

        lab.Fail(times: 4);
        lab.Succeed(times: 1);
        lab.Fail(times: 4);

        Assert.Equal(CircuitState.Closed, lab.State);
        Assert.Equal(4, lab.Circuit.Snapshot().ConsecutiveFailures);
    }

    [Fact]
    public void An_ignored_attempt_neither_extends_nor_resets_the_consecutive_failures()
    {
        var lab = new CircuitFixture(OnlyRow);

        lab.Fail(times: 4);
        lab.Circuit.Ignore(lab.Acquire());

        Assert.Equal(4, lab.Circuit.Snapshot().ConsecutiveFailures);
        Assert.Equal(4, lab.Circuit.Snapshot().Throughput);
    }

    [Fact]
    public void Throttling_neither_extends_nor_resets_consecutive_failures_but_counts_as_ratio()
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
    public void A_ratio_only_failure_neither_extends_nor_resets_the_consecutive_count()
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
    public void A_failure_threshold_of_zero_disables_the_rule_for_consecutive_failures()
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
    public void A_ratio_without_an_exact_binary_form_opens_the_circuit_exactly_at_its_value_too(double ratio, int failures, int results)
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
    public void A_success_never_opens_the_circuit_even_if_it_reaches_the_minimum_throughput()
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
