namespace Resilience.Http.Tests.Retry.Load;

/// <summary>A budget that tells failover from load: seeded, in virtual time, with the circuit breaker off.</summary>
public sealed class FailoverTests
{
    private const double Capacity = 300;

    private static readonly int[] Seeds = [1, 2, 3];

    private readonly ITestOutputHelper _output;

    public FailoverTests(ITestOutputHelper output) => _output = output;

    [Theory]
    [InlineData(3, true, 300, 0.98)]
    [InlineData(3, false, 300, 0.98)]
    [InlineData(3, true, 20, 0.98)]
    [InlineData(3, false, 20, 0.98)]
    [InlineData(5, true, 300, 0.99)]
    [InlineData(5, false, 300, 0.99)]
    [InlineData(5, true, 20, 0.99)]
    [InlineData(5, false, 20, 0.99)]
    public void One_dead_backend_is_covered_by_retries(int backends, bool roundRobin, double offered, double covered)
    {
        var dead = 1.0 / backends;
        foreach (var seed in Seeds)
        {
            var result = OpenLoad.Run((clock, random) => new Backends(backends, roundRobin, clock, random), new(), offered, seed);

            _output.WriteLine($"{result}");
            Assert.InRange(result.Succeeded, covered, 1);
            Assert.InRange(result.SendsPerCall, 1, (1 / (1 - dead)) + 0.2);
        }
    }

    [Theory]
    [InlineData(1.05, 1)]
    [InlineData(1.2, 1)]
    [InlineData(2, 1)]
    [InlineData(1.05, 0)]
    [InlineData(1.2, 0)]
    [InlineData(2, 0)]
    public void A_server_that_sheds_load_is_not_loaded_more(double load, int retryAfter)
    {
        foreach (var seed in Seeds)
        {
            var without = OpenLoad.Run(
                (clock, _) => Server(clock, retryAfter), new() { Retry = { Enabled = false } }, load * Capacity, seed);
            var with = OpenLoad.Run((clock, _) => Server(clock, retryAfter), new(), load * Capacity, seed);

            _output.WriteLine($"{load} {retryAfter}: {with} against {without}: {with.Goodput / without.Goodput:0.000}");
            Assert.InRange(with.SendsPerCall, 1, 1.25);
            Assert.InRange(with.Goodput / without.Goodput, 0.98, 1.1);
        }
    }

    private static SheddingServer Server(TimeProvider clock, int retryAfter) =>
        new(clock, Capacity, retryAfter > 0 ? TimeSpan.FromSeconds(retryAfter) : null);
}
