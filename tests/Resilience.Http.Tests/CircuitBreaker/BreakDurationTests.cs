using FsCheck.Fluent;
using Resilience.Http.CircuitBreaker.States;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>How long a break lasts.</summary>
public sealed class BreakDurationTests
{
    private static readonly HttpCircuitBreakerOptions Options = new()
    {
        RecoveryTimeout = TimeSpan.FromSeconds(30),
        MaxRecoveryTimeout = TimeSpan.FromSeconds(200)
    };

    [Theory]
    [InlineData(0, 30)]
    [InlineData(1, 30)]
    [InlineData(2, 60)]
    [InlineData(3, 120)]
    [InlineData(4, 200)]
    [InlineData(5, 200)]
    [InlineData(64, 200)]
    [InlineData(65, 200)]
    [InlineData(int.MaxValue, 200)]
    public void The_second_break_is_as_long_as_the_first_and_each_later_one_doubles_to_the_cap(int breaksBefore, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), BreakDuration.Compute(Options, breaksBefore, retryAfter: null, chance: 0));

    [Theory]
    [InlineData(0, 30)]
    [InlineData(29, 30)]
    [InlineData(31, 31)]
    [InlineData(200, 200)]
    [InlineData(299, 299)]
    [InlineData(300, 300)]
    [InlineData(86_400, 300)]
    public void Retry_after_takes_the_place_of_the_doubled_length_up_to_five_minutes(double asked, double seconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(seconds), BreakDuration.Compute(Options, breaksBefore: 5, TimeSpan.FromSeconds(asked), chance: 0));

    [Fact]
    public void Chance_adds_a_tenth_at_most_at_the_cap_too()
    {
        Assert.Equal(TimeSpan.FromSeconds(31.5), BreakDuration.Compute(Options, 0, null, chance: 0.5));
        Assert.InRange(
            BreakDuration.Compute(Options, 9, null, chance: Math.BitDecrement(1.0)),
            TimeSpan.FromSeconds(219.9),
            TimeSpan.FromSeconds(220));
    }

    [Fact]
    public void A_cap_below_the_first_break_does_not_shorten_it() => Assert.Equal(
        TimeSpan.FromSeconds(30),
        BreakDuration.Compute(new()
        {
            RecoveryTimeout = TimeSpan.FromSeconds(30),
            MaxRecoveryTimeout = TimeSpan.FromSeconds(10)
        }, 3, TimeSpan.FromSeconds(5), 0));

    [Fact]
    public void A_break_is_never_shorter_than_asked_and_never_more_than_a_tenth_longer() => RandomCases.Check(
        from recovery in Gen.Choose(1, 86_400_000)
        from cap in Gen.Choose(recovery, 86_400_000)
        from breaks in Gen.Choose(0, 200)
        from asked in Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(0, int.MaxValue).Select(value => (int?)value))
        from chance in Gen.Choose(0, 999_999)
        select (recovery, cap, breaks, asked, chance: chance / 1_000_000.0),
        sample =>
        {
            var options = new HttpCircuitBreakerOptions { RecoveryTimeout = Ms(sample.recovery), MaxRecoveryTimeout = Ms(sample.cap) };
            var expected = sample.asked is { } asked
                ? Math.Clamp(asked, (double)sample.recovery, Math.Max(sample.cap, 300_000))
                : Math.Min(sample.cap, sample.recovery * Math.Pow(2, Math.Max(0, sample.breaks - 1)));
            var length = BreakDuration.Compute(options, sample.breaks, sample.asked is { } ms ? Ms(ms) : null, sample.chance);
            Assert.InRange(length, Ms(expected), Ms(expected * 1.1));
        });

    [Fact]
    public void Closing_the_circuit_resets_the_break_length()
    {
        var lab = new CircuitFixture().HalfOpen();
        foreach (var seconds in (int[])[30, 60, 120, 120])
        {
            lab.Fail(times: 2);
            Assert.Equal(TimeSpan.FromSeconds(seconds), lab.Refused().RetryAfter);
            lab.EndBreak();
        }

        lab.Succeed(times: 2);
        lab.Open();

        Assert.Equal(TimeSpan.FromSeconds(30), lab.Refused().RetryAfter);
    }

    [Fact]
    public void A_break_that_a_throttled_or_busy_service_began_lasts_as_long_as_it_asked()
    {
        var lab = new CircuitFixture();
        lab.Fail(times: 4);

        lab.Fail(lab.Acquire(), CircuitFixture.Failure with { RetryAfter = TimeSpan.FromSeconds(100) });

        Assert.Equal(TimeSpan.FromSeconds(100), lab.Refused().RetryAfter);
    }

    [Fact]
    public void The_defaults_end_breaks_after_about_5_10_20_40_and_70_seconds()
    {
        var options = new HttpCircuitBreakerOptions();

        var ends = Enumerable
            .Range(1, 5)
            .Select(breaks => Enumerable.Range(0, breaks).Sum(before => BreakDuration.Compute(options, before, null, 0).TotalSeconds));

        Assert.Equal([5, 10, 20, 40, 70], ends);
    }

    [Fact]
    public void A_break_with_a_success_does_not_lengthen_the_next()
    {
        var lab = new CircuitFixture(
            options =>
                (options.RecoveryTimeout, options.MaxRecoveryTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30))).HalfOpen();
        lab.Fail(times: 2);
        lab.EndBreak();
        lab.Fail(times: 2);
        Assert.Equal(TimeSpan.FromSeconds(10), lab.Refused().RetryAfter);

        lab.EndBreak();
        lab.Succeed(times: 1);
        lab.Fail(times: 2);

        Assert.Equal(TimeSpan.FromSeconds(10), lab.Refused().RetryAfter);
    }

    [Fact]
    public void Replicas_do_not_probe_in_step()
    {
        var lab = new CircuitFixture { Chance = 0.5 };

        lab.Open();

        Assert.Equal(TimeSpan.FromSeconds(31.5), lab.Refused().RetryAfter);
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromTicks((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond));
}
