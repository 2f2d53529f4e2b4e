using Resilience.Http.Endpoints;
using Resilience.Http.Testing.Chance;

namespace Resilience.Http.Tests.Endpoints;

public sealed class TwoChoicesTests
{
    private readonly Func<double> _chance = new SeededChance(42).Next;
    private readonly EvenSequence _points = new(0.42);

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 7)]
    [InlineData(1, 1, 8)]
    [InlineData(1, 2, 3)]
    [InlineData(1, 3)]
    [InlineData(5, 4, 3, 2, 1)]
    public void Shares_are_the_weights_within_5_percent(params int[] weights)
    {
        var endpoints = Endpoints(weights);

        var counts = Count(endpoints, 10_000);

        AssertShares(weights, counts);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 7)]
    [InlineData(1, 1, 8)]
    [InlineData(1, 3)]
    public void Shares_are_the_weights_with_sends_in_flight_too(params int[] weights)
    {
        var endpoints = Endpoints(weights);
        var counts = new int[weights.Length];
        var (inFlight, random) = (new List<Endpoint>(), new Random(7));
        for (var i = 0; i < 10_000; i++)
        {
            var chosen = TwoChoices.Choose(endpoints, 0, _points, _chance);
            counts[Array.IndexOf(endpoints, chosen)]++;
            chosen.State.Enter();
            inFlight.Add(chosen);
            if (inFlight.Count > 40)
            {
                var ended = random.Next(inFlight.Count);
                inFlight[ended].State.Leave();
                inFlight.RemoveAt(ended);
            }
        }

        AssertShares(weights, counts);
    }

    [Fact]
    public void A_slow_endpoint_is_left_alone_until_its_average_has_faded()
    {
        var endpoints = Endpoints(1, 1, 1);
        endpoints[0].State.AddLatency(0.2f, 0);
        endpoints[1].State.AddLatency(0.005f, 0);
        endpoints[2].State.AddLatency(0.005f, 0);

        Assert.Equal(0, Count(endpoints, 1_000)[0]);
        endpoints[1].State.AddLatency(0.005f, 40_000);
        endpoints[2].State.AddLatency(0.005f, 40_000);
        Assert.NotEqual(0, Count(endpoints, 1_000, now: 40_000)[0]);
    }

    [Fact]
    public void An_endpoint_gets_at_most_twice_its_share_however_idle_it_is()
    {
        var endpoints = Endpoints(1, 1, 1, 1, 1);
        foreach (var busy in endpoints[1..])
        {
            busy.State.AddLatency(1, 0);
        }

        endpoints[0].State.AddLatency(0.001f, 0);

        Assert.InRange(Count(endpoints, 10_000)[0], 3_700, 4_150);
    }

    [Fact]
    public void An_endpoint_that_does_not_answer_gets_no_more_before_it_has_a_latency()
    {
        var endpoints = Endpoints(1, 1, 1);
        for (var i = 0; i < 10; i++)
        {
            endpoints[0].State.Enter();
        }

        Assert.Equal(0, Count(endpoints, 1_000)[0]);
    }

    [Fact]
    public void Each_pair_of_three_endpoints_is_drawn()
    {
        for (var slow = 0; slow < 3; slow++)
        {
            var endpoints = Endpoints(1, 1, 1);
            endpoints[slow].State.AddLatency(1, 0);
            endpoints[(slow + 1) % 3].State.AddLatency(0.1f, 0);
            endpoints[(slow + 2) % 3].State.AddLatency(0.01f, 0);

            var counts = Count(endpoints, 3_000);

            Assert.Equal(0, counts[slow]);
            Assert.InRange(counts[(slow + 1) % 3], 850, 1_150);
        }
    }

    private static Endpoint[] Endpoints(params int[] weights) =>
    [
        .. weights.Select(static (weight, i) =>
            new Endpoint(new(new Uri($"http://10.0.0.{i + 1}")) { Weight = weight }, baseHost: null, new EndpointState())),
    ];

    private static void AssertShares(int[] weights, int[] counts)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            var expected = 10_000.0 * weights[i] / weights.Sum();
            Assert.InRange(counts[i], 0.95 * expected, 1.05 * expected);
        }
    }

    private int[] Count(Endpoint[] endpoints, int times, uint now = 0)
    {
        var counts = new int[endpoints.Length];
        for (var i = 0; i < times; i++)
        {
            counts[Array.IndexOf(endpoints, TwoChoices.Choose(endpoints, now, _points, _chance))]++;
        }

        return counts;
    }
}
