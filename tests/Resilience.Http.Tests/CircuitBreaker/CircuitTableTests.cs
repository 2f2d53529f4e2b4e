using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>Many authorities under one service: a bounded number of circuits.</summary>
public sealed class CircuitTableTests
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly ServiceState _service;

    public CircuitTableTests() => _service = new("crawler", new ResilienceRuntime(_clock), new());

    [Fact]
    public void A_service_has_a_thousand_circuits_at_most()
    {
        var circuits = Circuits();

        for (var host = 0; host < 1200; host++)
        {
            Call(circuits, $"https://host{host}.example/");
        }

        Assert.Equal(1000, circuits.Current().Count);
        Assert.Equal(Enumerable.Range(200, 1000).Select(host => $"https://host{host}.example").Order(), Listed(circuits));
    }

    [Fact]
    public void The_least_recently_used_circuit_is_dropped()
    {
        var circuits = Circuits(most: 3);
        Call(circuits, "https://a.example/", "https://b.example/", "https://c.example/", "https://a.example/");

        Call(circuits, "https://d.example/");

        Assert.Equal(["https://a.example", "https://c.example", "https://d.example"], Listed(circuits));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(20)]
    public void Each_authority_keeps_its_circuit_however_many_there_are(int hosts)
    {
        var circuits = Circuits();
        Circuit[] made = [.. Hosts().Select(host => Acquire(circuits, $"https://{host}/").Circuit)];

        Assert.Equal(made, Hosts().Select(host => Acquire(circuits, $"https://{host}/orders").Circuit));
        Assert.Equal(made, Hosts().Select(host => Acquire(circuits, $"HTTPS://{host.ToUpperInvariant()}:443/").Circuit));
        Assert.Equal(made, Hosts().Select(host => circuits.FindCircuit($"https://{host}")));
        Assert.Equal(hosts, circuits.Current().Count);

        IEnumerable<string> Hosts() => Enumerable.Range(0, hosts).Select(static host => $"host{host}.example");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Circuits_that_were_all_forgotten_make_room_for_others(int hosts)
    {
        var circuits = Circuits(most: hosts);
        string[] first = [.. Enumerable.Range(0, hosts).Select(static host => $"https://host{host}.example")];
        Call(circuits, first);

        Assert.All(first, authority => Assert.True(circuits.TryForget(authority)));
        Assert.Empty(circuits.Current());
        Assert.Null(circuits.FindCircuit(first[0]));

        Call(circuits, "https://a.example/", "https://b.example/", "https://a.example/");
        Assert.Equal(["https://a.example", "https://b.example"], Listed(circuits));
    }

    [Fact]
    public void An_open_or_isolated_circuit_is_kept()
    {
        var circuits = Circuits(most: 3);
        Call(circuits, "https://a.example/", "https://b.example/", "https://c.example/");
        Fail(circuits, "https://a.example/", times: 5);

        circuits.Isolate("maintenance", duration: null, "https://b.example");
        Call(circuits, "https://d.example/");

        Assert.Equal(["https://a.example", "https://b.example", "https://d.example"], Listed(circuits));
    }

    [Fact]
    public void An_idle_circuit_whose_break_has_ended_is_dropped_after_all_closed_ones()
    {
        var circuits = Circuits(most: 2);
        Fail(circuits, "https://dead.example/", times: 5);
        Call(circuits, "https://a.example/");
        _clock.Advance(TimeSpan.FromSeconds(33));

        Call(circuits, "https://b.example/");
        Assert.Equal(["https://b.example", "https://dead.example"], Listed(circuits));
        Fail(circuits, "https://b.example/", times: 5);

        Call(circuits, "https://c.example/");
        Assert.Equal(["https://b.example", "https://c.example"], Listed(circuits));
    }

    [Fact]
    public void A_circuit_with_a_trial_in_flight_is_kept()
    {
        var circuits = Circuits(most: 1);
        Fail(circuits, "https://a.example/", times: 5);
        _clock.Advance(TimeSpan.FromSeconds(33));
        var trial = Acquire(circuits, "https://a.example/");

        Call(circuits, "https://b.example/");

        Assert.Equal(["https://a.example"], Listed(circuits));
        trial.Circuit.Ignore(trial);
    }

    [Fact]
    public void A_thousand_dead_hosts_leave_the_others_their_circuits()
    {
        var circuits = Circuits();
        for (var host = 0; host < 1000; host++)
        {
            Fail(circuits, $"https://dead{host}.example/", times: 5);
        }

        _clock.Advance(TimeSpan.FromDays(7));
        Fail(circuits, "https://new.example/", times: 5);

        Assert.False(TryAcquire(circuits, "https://new.example/", out _));
    }

    [Fact]
    public void A_manually_isolated_circuit_is_kept_even_if_no_other_can_be_dropped()
    {
        var circuits = Circuits(most: 1);
        Fail(circuits, "https://a.example/", times: 5);

        circuits.Isolate("they asked us to stop", duration: null, "https://b.example");

        Assert.False(TryAcquire(circuits, "https://b.example/", out _));
        Assert.Equal(["https://a.example", "https://b.example"], Listed(circuits));
    }

    [Fact]
    public void A_circuit_that_is_not_kept_reports_no_transition()
    {
        var told = 0;
        var circuits = new ServiceCircuits(_service, Listened((_, _, _) => told++), most: 1);
        Call(circuits, "https://a.example/");
        circuits.Isolate("maintenance", duration: null, authority: null);
        Assert.Equal(1, told);

        for (var i = 0; i < 3; i++)
        {
            Assert.False(TryAcquire(circuits, "https://b.example/", out _));
        }

        Assert.Equal(1, told);
    }

    [Fact]
    public void A_circuit_with_an_attempt_in_flight_is_kept_until_the_attempt_has_ended()
    {
        var circuits = Circuits(most: 1);
        var permit = Acquire(circuits, "https://a.example/");

        Call(circuits, "https://b.example/");
        Assert.Equal(["https://a.example"], Listed(circuits));
        Assert.Equal(1, permit.Circuit.InFlight);

        permit.Circuit.Succeed(permit, _clock.GetTimestamp());
        Call(circuits, "https://b.example/");
        Assert.Equal(["https://b.example"], Listed(circuits));
    }

    [Fact]
    public void A_circuit_that_was_dropped_sends_its_late_callers_back_to_the_table()
    {
        var lab = new CircuitFixture();
        var circuit = lab.Circuit;
        var permit = lab.Acquire();
        Assert.False(circuit.TryRetire());
        lab.Fail(permit);
        Assert.Equal(1, circuit.Snapshot().ConsecutiveFailures);
        Assert.True(circuit.TryRetire());

        Assert.Equal(AcquireResult.Retired, circuit.TryAcquire(_clock.GetTimestamp(), TimeSpan.Zero, out _, out var refusal));

        Assert.Null(refusal);
        Assert.Equal(0, circuit.InFlight);
        Assert.False(circuit.TryRetire());
    }

    [Fact]
    public void A_circuit_that_was_dropped_half_open_sends_its_late_callers_back_too()
    {
        var lab = new CircuitFixture().HalfOpen();
        Assert.True(lab.Circuit.TryRetire());

        Assert.Equal(AcquireResult.Retired, lab.Circuit.TryAcquire(lab.Clock.GetTimestamp(), TimeSpan.Zero, out _, out var refusal));

        Assert.Null(refusal);
        Assert.Equal(0, lab.Circuit.InFlight);
    }

    [Fact]
    public void If_no_circuit_can_be_dropped_a_new_authority_is_still_isolated_with_the_others()
    {
        var circuits = Circuits(most: 1);
        Call(circuits, "https://a.example/");
        circuits.Isolate("maintenance", duration: null, authority: null);

        Assert.False(circuits.TryAcquire(
            new("https://b.example/"), HttpCircuitBreakerScope.Authority, _clock.GetTimestamp(), TimeSpan.Zero, out _, out var refusal));

        Assert.Equal("maintenance", refusal.Reason);
    }

    [Fact]
    public void A_circuit_created_while_all_are_isolated_reports_its_isolation_at_once()
    {
        List<string> told = [];
        var circuits = new ServiceCircuits(
            _service, Listened((_, transition, _) => told.Add($"{transition.Authority} {transition.To}: {transition.Reason}")), most: 10);
        circuits.Isolate("maintenance", duration: null, authority: null);

        circuits.EnsureCreated(new("https://a.example/"));

        Assert.Equal(["https://a.example Isolated: maintenance"], told);
    }

    [Fact]
    public void A_host_has_one_circuit_however_its_authority_is_spelled()
    {
        var circuits = Circuits();

        Call(circuits, "https://a.example/", "https://A.example:443/x", "https://user@a.example?q");

        Assert.Equal(["https://a.example"], Listed(circuits));
    }

    [Fact]
    public void Metrics_name_no_more_authorities_than_a_service_may_have_circuits()
    {
        var circuits = Circuits(most: 2);
        Call(circuits, "https://a.example/", "https://b.example/", "https://c.example/", "https://a.example/");

        Assert.Equal(
            [("https://a.example", "https://a.example"), ("https://c.example", "other")],
            circuits.Current().Select(circuit => (circuit.Name.Authority, circuit.Name.Tag)).Order());
    }

    [Fact]
    public void Finding_a_circuit_and_taking_a_permit_allocates_nothing_for_one_or_many()
    {
        var circuits = Circuits();
        Uri[] uris = [new("https://a.example/x"), new("https://b.example/y"), new("https://c.example:8443/z")];
        Measure();

        Assert.Equal(0, Measure());

        long Measure()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var uri in uris)
            {
                circuits.TryAcquire(uri, HttpCircuitBreakerScope.Authority, _clock.GetTimestamp(), TimeSpan.Zero, out var permit, out _);
                permit.Circuit.Succeed(permit, _clock.GetTimestamp());
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Service_scope_has_one_circuit_and_a_scope_turned_back_finds_its_circuits_again()
    {
        var circuits = Circuits();
        Call(circuits, "https://a.example/");

        _service.Use(new() { CircuitBreaker = { Scope = HttpCircuitBreakerScope.Service } });
        Call(circuits, "https://a.example/", "https://b.example/");
        Assert.Equal("*", Acquire(circuits, "https://a.example/").Circuit.Name.Authority);
        Assert.Equal(["*"], Listed(circuits));

        _service.Use(new());
        Assert.Equal(["https://a.example"], Listed(circuits));
    }

    [Fact]
    public void A_reload_reaches_every_circuit()
    {
        var circuits = Circuits();
        Call(circuits, "https://a.example/", "https://b.example/");

        _service.Use(new() { CircuitBreaker = { FailureThreshold = 1 } });

        Assert.All(circuits.Current(), circuit => Assert.Equal(1, circuit.Options.FailureThreshold));
    }

    private ServiceCircuits Circuits(int most = ServiceCircuits.MostCircuits) => new(_service, Listened(static (_, _, _) => { }), most);

    private CircuitRuntime Listened(TransitionHandler listener) => new(_service.Host.Clock, _service.Host.Chance, listener);

    private static string[] Listed(ServiceCircuits circuits) =>
        [.. circuits.Current().Select(circuit => circuit.Name.Authority).Order(StringComparer.Ordinal)];

    private bool TryAcquire(ServiceCircuits circuits, string uri, out CircuitPermit permit) =>
        circuits.TryAcquire(new(uri), _service.Options.CircuitBreaker.Scope, _clock.GetTimestamp(), TimeSpan.Zero, out permit, out _);

    private CircuitPermit Acquire(ServiceCircuits circuits, string uri)
    {
        Assert.True(TryAcquire(circuits, uri, out var permit));
        return permit;
    }

    private void Fail(ServiceCircuits circuits, string uri, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var permit = Acquire(circuits, uri);
            permit.Circuit.Fail(permit, _clock.GetTimestamp(), CircuitFixture.Failure);
        }
    }

    private void Call(ServiceCircuits circuits, params string[] uris)
    {
        foreach (var uri in uris)
        {
            var permit = Acquire(circuits, uri);
            permit.Circuit.Succeed(permit, _clock.GetTimestamp());
        }
    }
}
