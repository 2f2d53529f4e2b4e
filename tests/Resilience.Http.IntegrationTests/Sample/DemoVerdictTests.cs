using NSubstitute;
using OutageDemo.Demo;
using OutageDemo.Downstreams;

namespace Resilience.Http.IntegrationTests.Sample;

/// <summary>The demo's own judgement: it must not say "all is well" when anything is amiss.</summary>
public sealed class DemoVerdictTests
{
    private static readonly Figures Counted = new(
        Orders: 100, Sent: 70, Retried: 5, Refused: 35, Limited: 9, Succeeded: 60, Queued: 40, Failed: 0);

    private static readonly ArrivalCounts Arrived = new(Requests: 70, Keys: 65, Repeats: 5);

    private static readonly (CircuitState From, CircuitState To)[] AllMoves =
    [
        (CircuitState.Closed, CircuitState.Open), (CircuitState.Open, CircuitState.HalfOpen), (CircuitState.HalfOpen, CircuitState.Closed),
    ];

    [Fact]
    public void A_survived_outage_with_matching_totals_is_accepted() =>
        Assert.Empty(Mistakes());

    [Fact]
    public void Two_sums_that_differ_are_reported()
    {
        Assert.Equal(["The API sent 71 requests to payments, but 70 arrived."], Mistakes(Counted with { Sent = 71 }));
        Assert.Equal(["The API sent 69 requests to payments, but 70 arrived."], Mistakes(Counted with { Sent = 69 }));
        Assert.Equal(["The API sent 5 retries, but payments counted 6 repeats."], Mistakes(service: Arrived with { Repeats = 6 }));
        Assert.Equal(["The API sent 5 retries, but payments counted 4 repeats."], Mistakes(service: Arrived with { Repeats = 4 }));
        Assert.Equal(["60 orders were charged at once and 40 queued, but payments made 101 charges."], Mistakes(charges: 101));
        Assert.Equal(["60 orders were charged at once and 40 queued, but payments made 99 charges."], Mistakes(charges: 99));
        Assert.Equal(["101 orders were placed, but 100 have ended."], Mistakes(Counted with { Orders = 101 }));
        Assert.Equal(["99 orders were placed, but 100 have ended."], Mistakes(Counted with { Orders = 99 }));
        Assert.Equal(["1 orders were lost: neither charged nor queued."], Mistakes(Counted with { Orders = 101, Failed = 1 }));
    }

    [Fact]
    public void A_circuit_that_skipped_a_step_is_reported()
    {
        Assert.Equal(
            ["Nothing was refused: every attempt was sent to payments while it was down."], Mistakes(Counted with { Refused = 0 }));
        Assert.Equal(
            ["No trial was made to find out whether payments was back.", "The circuit did not close after payments was back: it is OPEN."],
            Mistakes(state: CircuitState.Open, moves: AllMoves[..2]));
        Assert.Equal(
            ["The circuit did not close after payments was back: it is half-open."],
            Mistakes(state: CircuitState.HalfOpen, moves: [.. AllMoves[..2], (CircuitState.HalfOpen, CircuitState.Open)]));
        Assert.Equal(
            ["The circuit did not close after payments was back: it is OPEN."],
            Mistakes(state: CircuitState.Open, moves: [.. AllMoves, AllMoves[0]]));
        Assert.Equal(
            ["No trial was made to find out whether payments was back.", "The circuit closed, but not because its trials succeeded."],
            Mistakes(moves: [AllMoves[0], (CircuitState.Open, CircuitState.Closed)]));
        Assert.Equal(
            ["The circuit of payments never opened.", "No trial was made to find out whether payments was back."], Mistakes(moves: []));
        Assert.Equal(
            ["The circuit of payments never opened."],
            Mistakes(moves: [AllMoves[1], (CircuitState.HalfOpen, CircuitState.Open), .. AllMoves[1..]]));
    }

    [Fact]
    public void What_the_circuit_of_another_service_did_does_not_count() =>
        Assert.Equal(
            ["The circuit of payments never opened.", "No trial was made to find out whether payments was back."],
            Mistakes(name: "inventory"));

    [Fact]
    public void A_circuit_breaker_that_is_disabled_is_the_reason() =>
        Assert.Equal(
            ["Payments has no circuit: its circuit breaker is disabled (ResilientHttpClients:Clients:payments:CircuitBreaker:Enabled)."],
            Mistakes(state: null, moves: []));

    [Fact]
    public void A_limit_that_was_off_or_was_exceeded_is_reported()
    {
        Assert.Equal(
            ["Payments has no concurrency limit: it is disabled (ResilientHttpClients:Clients:payments:ConcurrencyLimit:Enabled)."],
            Mistakes(limit: null));
        Assert.Equal(["11 requests were in flight to payments at a time, but its limit is 10."], Mistakes(mostInFlight: 11));
        Assert.Equal(["The concurrency limit rejected nothing while payments was slow."], Mistakes(Counted with { Limited = 0 }));
    }

    private static List<string> Mistakes(
        Figures? caller = null,
        ArrivalCounts? service = null,
        int charges = 100,
        CircuitState? state = CircuitState.Closed,
        (CircuitState From, CircuitState To)[]? moves = null,
        int? limit = 10,
        int mostInFlight = 10,
        string name = "payments")
    {
        var registry = Substitute.For<ICircuitRegistry>();
        registry.Find("payments").Returns(
            state is { } now ? new CircuitSnapshot { ServiceName = "payments", Authority = "*", State = now, Since = default } : null);
        using var diary = new CircuitDiary(registry, _ => { });
        foreach (var (from, to) in moves ?? AllMoves)
        {
            registry.Transitioned += Raise.Event<Action<CircuitTransition>>(
                new CircuitTransition { ServiceName = name, Authority = "*", From = from, To = to, Reason = "", At = default });
        }

        return [.. DemoVerdict.Mistakes(caller ?? Counted, service ?? Arrived, charges, diary, limit, mostInFlight)];
    }
}
