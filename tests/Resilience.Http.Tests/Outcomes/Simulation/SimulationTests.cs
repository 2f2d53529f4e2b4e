using System.Net;

namespace Resilience.Http.Tests.Outcomes.Simulation;

public sealed class SimulationTests
{
    private static readonly LoadModel Load = new LoadModel.Open(100, TimeSpan.FromSeconds(60));

    [Fact]
    public void The_same_seed_gives_the_same_figures()
    {
        var service = new ServiceModel
        {
            Backends = 3,
            Balancing = Balancing.Random,
            Faults = [new Fault.Failing(0.3, HttpStatusCode.BadGateway), new Fault.Hanging { Backend = 1, From = Second(20) }],
        };

        var runs = Enumerable.Range(0, 2)
            .Select(_ => Simulation.Run(service, Load, SimulatedClient.Resilient, seed: 4).ToString())
            .ToArray();

        Assert.Equal(runs[0], runs[1]);
        Assert.NotEqual(runs[0], Simulation.Run(service, Load, SimulatedClient.Resilient, seed: 5).ToString());
    }

    [Fact]
    public void A_healthy_service_answers_every_call_with_one_request()
    {
        var run = Simulation.Run(new ServiceModel(), Load, SimulatedClient.Resilient, seed: 1);

        Assert.Equal(6000, run.Timeline.Calls);
        Assert.Equal(1, run.ShareInTime);
        Assert.Equal(1, run.SendsPerCall, precision: 2);
        Assert.Null(run.Timeline.FirstRefusal);
        Assert.InRange(run.Quantile(0.5), 10, 30);
    }

    [Fact]
    public void A_plain_client_loses_the_share_of_a_dead_backend()
    {
        var service = new ServiceModel { Backends = 3, Faults = [new Fault.Dead { Backend = 2 }] };

        Assert.Equal(2.0 / 3, Simulation.Run(service, Load, SimulatedClient.Plain, seed: 1).ShareInTime, precision: 3);
    }

    [Theory]
    [InlineData(50, 1)]
    [InlineData(200, 0.5)]
    public void A_backend_does_not_answer_more_than_its_capacity(double rate, double share)
    {
        var service = ServiceModel.WithCapacity(100) with { QueueLimit = 20, RejectionCost = 0 };

        var run = Simulation.Run(service, new LoadModel.Open(rate, TimeSpan.FromSeconds(60)), SimulatedClient.Plain, seed: 1);

        Assert.Equal(share, run.ShareInTime, tolerance: 0.02);
    }

    [Fact]
    public void A_quota_answers_the_rest_with_429()
    {
        var service = new ServiceModel { Faults = [new Fault.Quota(40)] };

        Assert.Equal(0.4, Simulation.Run(service, Load, SimulatedClient.Plain, seed: 1).ShareInTime, tolerance: 0.01);
    }

    [Fact]
    public void Requests_in_flight_are_lost_when_their_backend_dies()
    {
        var service = new ServiceModel { ServiceTime = new(Second(10)), Faults = [new Fault.Dead { From = Second(30), To = Second(31) }] };

        var run = Simulation.Run(service, new LoadModel.Open(1, Second(60)), SimulatedClient.Plain, seed: 1, limit: Second(100));

        Assert.Equal(1, run.Timeline.ShareInTime(0, 5));
        Assert.Equal(0, run.Timeline.ShareInTime(26, 31));
        Assert.Equal(1, run.Timeline.ShareInTime(31, 40));
    }

    [Fact]
    public void Callers_in_a_closed_loop_wait_for_their_answers()
    {
        var run = Simulation.Run(
            ServiceModel.WithCapacity(10),
            new LoadModel.Closed(20, TimeSpan.Zero, TimeSpan.FromSeconds(60)),
            SimulatedClient.Plain,
            seed: 1);

        Assert.InRange(run.Timeline.Calls, 550, 670);
        Assert.Equal(1, run.ShareInTime);
    }

    [Fact]
    public void Recovery_counts_from_the_second_in_which_the_service_is_well()
    {
        var run = Simulation.Run(
            new ServiceModel { Faults = [new Fault.Dead { From = Second(10), To = Second(20) }] }, Load, SimulatedClient.Plain, seed: 1);

        Assert.Equal(10, run.Timeline.SecondsToRecover(10));
        Assert.Equal(0, run.Timeline.SecondsToRecover(20));
    }

    private static TimeSpan Second(int second) => TimeSpan.FromSeconds(second);
}
