using Resilience.Http.Testing;
using Resilience.Http.Tests.Outcomes.Simulation;

namespace Resilience.Http.Tests.Outcomes.Scenarios;

/// <summary>One situation of docs/outcomes.md, in virtual time: the service with what goes wrong there, and the calls per second.</summary>
internal sealed record Scenario(SimulatedService Service, double Rate)
{
    /// <summary>How long a run takes, unless it is said otherwise.</summary>
    public const int Seconds = 120;

    /// <summary>When what goes wrong in the middle of a run begins.</summary>
    public const int Onset = 20;

    private const int Seeds = 3;

    /// <summary>How long a call may take to count as answered in time.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a run takes, in seconds.</summary>
    public int Length { get; init; } = Seconds;

    /// <summary>Callers in a closed loop; without them calls come at the rate.</summary>
    public int? Callers { get; init; }

    /// <summary>One of so many backends refuses connections, from the start (cold) or from the onset (warm).</summary>
    public static Scenario OneDead(int backends, double rate, bool cold) =>
        OneOf(backends, rate, cold, static from => new SimulatedFault.Dead { From = from, Backend = 0 });

    /// <summary>
    /// The first answers are slow, as those of a cold process: until a second has passed, each takes so much longer. One backend refuses
    /// connections at once.
    /// </summary>
    public static Scenario OneDeadAndSlowAtFirst(int backends, double rate, TimeSpan delay)
    {
        var scenario = OneDead(backends, rate, cold: true);
        var slow = new SimulatedFault.Slow(1, delay) { To = At(1) };
        return scenario with { Service = scenario.Service with { Faults = [.. scenario.Service.Faults, slow] }, Length = 15 };
    }

    /// <summary>All answers are slow. One backend refuses connections at once.</summary>
    public static Scenario OneDeadAndSlow(int backends, double rate, TimeSpan serviceTime)
    {
        var scenario = OneDead(backends, rate, cold: true);
        return scenario with
        {
            Service = scenario.Service with { Workers = 2_000, ServiceTime = SimulatedLatency.Typical(serviceTime) },
            Length = 20,
        };
    }

    public static Scenario OneHanging(int backends, double rate, bool cold) =>
        OneOf(backends, rate, cold, static from => new SimulatedFault.Hanging { From = from, Backend = 0 }) with
        {
            Limit = TimeSpan.FromSeconds(30)
        };

    public static Scenario AllDown(int seconds, double rate) =>
        new(new SimulatedService { Backends = 3, Faults = [new SimulatedFault.Dead { From = At(Onset), To = At(Onset + seconds) }] }, rate);

    /// <summary>At 90 % load, half of the workers are gone for 30 seconds.</summary>
    public static Scenario CapacityHalved(double rate, double secondsOfQueue) => new(
        SimulatedService.WithCapacity(rate / 0.9) with
        {
            QueueLimit = double.IsPositiveInfinity(secondsOfQueue) ? int.MaxValue : (int)(secondsOfQueue * rate),
            Faults = [new SimulatedFault.Throttled(0.5) { From = At(Onset), To = At(Onset + 30) }],
        },
        rate);

    /// <summary>Three backends are restarted one after the other, 5 seconds each.</summary>
    public static Scenario Deploy(double rate) => new(
        new SimulatedService
        {
            Backends = 3,
            Faults = [.. Enumerable
                .Range(0, 3)
                .Select(static i => new SimulatedFault.Dead { From = At(Onset + (i * 10)), To = At(Onset + (i * 10) + 5), Backend = i })],
        },
        rate);

    /// <summary>A quota of half of the load for 30 seconds.</summary>
    public static Scenario HalfQuota(double rate) =>
        new(new SimulatedService { Faults = [new SimulatedFault.Quota((int)(rate / 2)) { From = At(Onset), To = At(Onset + 30) }] }, rate);

    /// <summary>The load is a multiple of the capacity; what does not fit into a short queue is answered with 503.</summary>
    public static Scenario Shedding(double load, double rate) =>
        new(SimulatedService.WithCapacity(rate / load) with { QueueLimit = (int)(rate / 4) }, rate);

    public static TimeSpan At(int second) => TimeSpan.FromSeconds(second);

    public SimulationResult Run(SimulatedClient client, int seed) => client.Run(Service, Load(), seed, Limit);

    /// <summary>One run for each of three fixed seeds.</summary>
    public SimulationResult[] Runs(SimulatedClient client) => [.. Enumerable.Range(1, Seeds).Select(seed => Run(client, seed))];

    private static Scenario OneOf(int backends, double rate, bool cold, Func<TimeSpan, SimulatedFault> fault) =>
        new(new SimulatedService { Backends = backends, Faults = [fault(cold ? TimeSpan.Zero : At(Onset))] }, rate);

    private SimulatedLoad Load() => Callers is { } callers
        ? SimulatedLoad.Closed(callers, TimeSpan.FromSeconds(callers / Rate), At(Length))
        : SimulatedLoad.Open(Rate, At(Length));
}
