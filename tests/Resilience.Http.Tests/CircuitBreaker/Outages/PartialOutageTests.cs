namespace Resilience.Http.Tests.CircuitBreaker.Outages;

/// <summary>A service that is down in part is not down: the circuit must not take away what the other backends would answer.</summary>
public sealed class PartialOutageTests
{
    private const double Point = 0.01;
    private static readonly int[] Seeds = [1, 2, 3];

    public static TheoryData<int, int> Sizes =>
        new(from backends in (int[])[2, 3, 5] from callers in (int[])[1, 2, 5, 20] select (backends, callers));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void With_one_backend_dead_calls_get_at_least_what_a_plain_client_gets(int backends, int callers) =>
        AssertNotWorseThanPlain(backends, BackendFault.Dead, callers, Balancing.RoundRobin, Balancing.Random);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void With_one_backend_answering_503_calls_get_at_least_what_a_plain_client_gets(int backends, int callers) =>
        AssertNotWorseThanPlain(backends, BackendFault.Answers503, callers, Balancing.RoundRobin, Balancing.Random);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void With_one_backend_hanging_calls_get_at_least_what_a_plain_client_gets(int backends, int callers) =>
        AssertNotWorseThanPlain(backends, BackendFault.Hangs, callers, Balancing.RoundRobin);

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    public void With_one_backend_hanging_a_random_balancer_opens_next_to_never(int backends)
    {
        foreach (var callers in (int[])[1, 2, 5, 20])
        {
            var runs = Play(new(backends, BackendFault.Hangs, Balancing.Random, callers));

            Assert.InRange(runs.Sum(run => run.Opened), 0, 1);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_one_backend_of_three_dead_95_percent_of_20_callers_are_answered(bool cold)
    {
        var runs = Play(new(3, BackendFault.Dead, Balancing.RoundRobin, Callers: 20, cold, MaxRetries: 3));

        Assert.All(runs, run => Assert.InRange(run.Share, 0.95, 1));
        Assert.All(runs, run => Assert.Equal(0, run.Opened));
    }

    /// <summary>Why the default is not 0.5.</summary>
    [Theory]
    [InlineData(0.5, 0, 0.15)]
    [InlineData(0.7, 0.9, 1)]
    [InlineData(0.8, 0.9, 1)]
    public void A_ratio_of_one_half_takes_one_backend_of_two_for_the_whole_service(double ratio, double least, double most)
    {
        foreach (var callers in (int[])[1, 2, 5])
        {
            var runs = Play(
                new(2, BackendFault.Dead, Balancing.RoundRobin, callers, MaxRetries: 3), options => options.FailureRatio = ratio);

            Assert.InRange(runs.Average(run => run.Share), least, most);
        }
    }

    /// <summary>Why it is 0.8 and not 0.7: with few callers, a random balancer sends 7 of 10 to the dead one now and then.</summary>
    [Fact]
    public void A_ratio_of_0_7_opens_by_chance_where_0_8_does_not()
    {
        var outage = new PartialOutage(2, BackendFault.Hangs, Balancing.Random, Callers: 20, MaxRetries: 3);
        int Opened(double ratio) =>
            Enumerable.Range(1, 10).Sum(seed => OutageRun.Play(outage, seed, options => options.FailureRatio = ratio).Opened);

        Assert.InRange(Opened(0.7), 3 * Opened(0.8), int.MaxValue);
    }

    [Fact]
    public void Consecutive_failures_by_chance_do_not_open_the_circuit()
    {
        var outage = new PartialOutage(3, BackendFault.Answers503, Balancing.Random, Callers: 20);

        // Some 30,000 attempts: a plain row of five would come some eighty times.
        Assert.InRange(Play(outage).Sum(run => run.Opened), 0, 3);
    }

    private static void AssertNotWorseThanPlain(int backends, BackendFault fault, int callers, params Balancing[] balancers)
    {
        foreach (var balancing in balancers)
        {
            foreach (var cold in (bool[])[true, false])
            {
                var outage = new PartialOutage(backends, fault, balancing, callers, cold, MaxRetries: 3);
                var share = Play(outage).Average(run => run.Share);

                Assert.True(share >= outage.PlainShare - Point, $"{outage}: {share:P1}");
            }
        }
    }

    private static OutageRun[] Play(PartialOutage outage, Action<HttpCircuitBreakerOptions>? configure = null) =>
        [.. Seeds.Select(seed => OutageRun.Play(outage, seed, configure))];
}
