using System.Net;
using Resilience.Http.Chaos.Faults;

namespace Resilience.Http.Tests.Chaos.Faults;

public sealed class FaultPlanTests
{
    private const int Calls = 10_000;

    [Theory]
    [InlineData(20, 0, 0)]
    [InlineData(0, 35, 0)]
    [InlineData(0, 0, 80)]
    [InlineData(10, 50, 30)]
    [InlineData(100, 100, 100)]
    public void Percentages_over_ten_thousand_calls_are_within_two_points(double latency, double abort, double slowBody)
    {
        const int seed = 20300101;
        var random = new Random(seed);
        var plan = Plan(latency, abort, slowBody);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://payments.test/charges");
        var (slow, failed, trickling) = (0, 0, 0);

        for (var i = 0; i < Calls; i++)
        {
            var decision = plan.Decide(request, random.NextDouble);
            slow += decision.Latency is null ? 0 : 1;
            failed += decision.Abort is null ? 0 : 1;
            trickling += decision.BytesPerSecond is null ? 0 : 1;
        }

        Assert.InRange(slow * 100.0 / Calls, latency - 2, latency + 2);
        Assert.InRange(failed * 100.0 / Calls, abort - 2, abort + 2);
        Assert.InRange(trickling * 100.0 / Calls, slowBody - 2, slowBody + 2);
    }

    [Fact]
    public void The_same_seed_gives_the_same_faults()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://payments.test/charges");
        var plan = Plan(30, 40, 50);

        Assert.Equal(Draw(7), Draw(7));
        Assert.NotEqual(Draw(7), Draw(8));

        List<FaultDecision> Draw(int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, 100).Select(_ => plan.Decide(request, random.NextDouble))];
        }
    }

    [Fact]
    public void Latency_is_drawn_evenly_between_its_bounds()
    {
        var plan = FaultPlan.From(new HttpChaosClientOptions
        {
            Latency = new() { Min = TimeSpan.FromMilliseconds(100), Max = TimeSpan.FromMilliseconds(300), Percentage = 100 },
        })!;
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://payments.test/");

        Assert.Equal(100, Wait(0));
        Assert.Equal(200, Wait(0.5));
        Assert.Equal(298, Wait(0.99));

        double Wait(double chance) => plan.Decide(request, () => chance).Latency!.Value.TotalMilliseconds;
    }

    [Fact]
    public void Zero_percent_never_injects_and_a_hundred_always_does()
    {
        Assert.False(Percent.Strikes(0, static () => 0));
        Assert.True(Percent.Strikes(100, static () => 0.999_999_999));
        Assert.False(Percent.Strikes(50, static () => 0.5));
        Assert.True(Percent.Strikes(50, static () => 0.499));
    }

    [Fact]
    public void Without_a_fault_that_could_be_injected_there_is_no_plan()
    {
        Assert.Null(FaultPlan.From(null));
        Assert.Null(FaultPlan.From(new HttpChaosClientOptions()));
        Assert.Null(FaultPlan.From(new HttpChaosClientOptions { Abort = new() { Reset = true } }));
    }

    [Theory]
    [InlineData("GET", null, null, true)]
    [InlineData("POST", null, null, false)]
    [InlineData("GET", "/charges", null, true)]
    [InlineData("GET", "/refunds", null, false)]
    [InlineData("get,put", "/charges/", "X-Test", true)]
    [InlineData(null, null, "x-test: yes", true)]
    [InlineData(null, null, "X-Test: no", false)]
    [InlineData(null, null, "X-Other", false)]
    [InlineData(null, null, "Content-Type: text/plain; charset=utf-8", true)]
    public void A_request_matches_only_if_every_configured_condition_is_true(string? methods, string? prefix, string? header, bool included)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://payments.test/charges/7?q=/refunds");
        request.Headers.Add("X-Test", "yes");
        request.Content = new StringContent("");

        var match = new RequestMatch(
            new HttpChaosMatchOptions { Methods = methods?.Split(',') ?? [], PathPrefix = prefix, Header = header });

        Assert.Equal(included, match.Includes(request));
    }

    [Fact]
    public void The_plan_reads_as_words()
    {
        var plan = FaultPlan.From(new HttpChaosClientOptions
        {
            Latency = new() { Max = TimeSpan.FromMilliseconds(300), Percentage = 12.5 },
            Abort = new() { StatusCode = HttpStatusCode.ServiceUnavailable, Percentage = 20 },
            SlowBody = new() { BytesPerSecond = 512, Percentage = 100 },
            Match = new() { Methods = ["GET"], PathPrefix = "/charges", Header = "X-Test: yes" },
        });

        Assert.Equal(
            "latency 0 to 300 ms on 12.5 %, abort (503 ServiceUnavailable) on 20 %, bodies at 512 B/s on 100 % for GET on /charges* with " +
            "X-Test",
            plan!.ToString());
    }

    private static FaultPlan Plan(double latency, double abort, double slowBody) => FaultPlan.From(new HttpChaosClientOptions
    {
        Latency = new() { Max = TimeSpan.FromSeconds(1), Percentage = latency },
        Abort = new() { Reset = true, Percentage = abort },
        SlowBody = new() { BytesPerSecond = 100, Percentage = slowBody },
    })!;
}
