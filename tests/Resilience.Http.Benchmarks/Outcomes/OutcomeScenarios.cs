using System.Globalization;
using Resilience.Http.Benchmarks.Outcomes.Clients;
using Resilience.Http.Benchmarks.Outcomes.Servers;

namespace Resilience.Http.Benchmarks.Outcomes;

/// <summary>All situations that are measured, each at two rates.</summary>
internal static class OutcomeScenarios
{
    /// <summary>When what goes wrong in the middle of a run begins.</summary>
    public const double Onset = 20;

    private const int AloneSeconds = 45;
    private const double AloneOnset = 5;

    private static readonly OutcomeContender[] DefaultsAndTuned = [.. OutcomeContender.Defaults, .. OutcomeContender.Tuned];

    public static IReadOnlyList<OutcomeScenario> All { get; } = [.. new[] { 20, 300 }.SelectMany(At)];

    /// <summary>One of three backends is dead from the start, for the check in CI: the client without a chain and ours.</summary>
    public static OutcomeScenario Smoke { get; } = OneDead(50, 3, cold: true) with
    {
        Contenders = [OutcomeContender.Plain, OutcomeContender.Ours]
    };

    private static IEnumerable<OutcomeScenario> At(int rate) =>
    [
        .. new[] { 2, 3, 5 }.SelectMany(backends => new[] { OneDead(rate, backends, cold: true), OneDead(rate, backends, cold: false) }),
        .. new[] { 2, 3, 5 }.Select(backends => OneHanging(rate, backends)),
        .. new[] { 2, 6, 15, 60 }.Select(seconds => AllDown(rate, seconds)),
        Failing(rate),
        CapacityHalved(rate, "capacity-halved", "capacity halved for 30 s at 90 % load", queue: int.MaxValue),
        CapacityHalved(
            rate,
            "capacity-halved-shedding",
            "capacity halved for 30 s at 90 % load, 503 if the queue holds the calls of 2.5 s",
            queue: rate * 5 / 2),
        Deploy(rate),
        HalfQuota(rate),
        Slow(rate),
        Starved(rate, hanging: false),
        Starved(rate, hanging: true),
        Frozen(rate, seconds: 5),
        Frozen(rate, seconds: 20),
    ];

    private static OutcomeScenario OneDead(int rate, int backends, bool cold) =>
        new(
            $"dead-{backends}-{(cold ? "cold" : "warm")}",
            $"one of {backends} backends dead, {(cold ? "from the start" : "after a while")}",
            rate,
            Ample(backends))
        {
            Onset = cold ? 0 : Onset,
            Steps = [Step.Kill(cold ? 0 : Onset, 0)],
            Goals = OutcomeGoals.PartFails with
            {
                Share = cold && backends == 3 ? 0.95 : null,
                Sends = Math.Min(2, (1 / (1 - (1.0 / backends))) + 0.2),
            },
            Contenders = cold && backends < 5 ? DefaultsAndTuned : OutcomeContender.Defaults,
        };

    private static OutcomeScenario OneHanging(int rate, int backends) =>
        new($"hang-{backends}", $"one of {backends} backends hangs", rate, Ample(backends))
        {
            Limit = 30,
            Steps = [Step.Hang(Onset, 0)],
            Goals = OutcomeGoals.PartFails,
            Contenders = backends == 3 ? DefaultsAndTuned : OutcomeContender.Defaults,
        };

    private static OutcomeScenario AllDown(int rate, int seconds) =>
        new($"down-{seconds}", $"all backends down for {seconds} s", rate, Ample(3))
        {
            Steps = [Step.KillAll(Onset), Step.RestartAll(Onset + seconds)],
            Goals = new OutcomeGoals { Recovery = seconds switch { <= 6 => 6, <= 15 => 8, _ => 33 }, Sends = 1.2 },
        };

    private static OutcomeScenario Failing(int rate) => new("fail-20", "20 % of the answers are 503", rate, Ample(1))
    {
        Onset = 0,
        Steps = [Step.Command(0, "fail 0.2")],
        Goals = OutcomeGoals.PartFails,
    };

    private static OutcomeScenario CapacityHalved(int rate, string kind, string title, int queue)
    {
        const int Workers = 8;

        return new(kind, title, rate, new ServiceShape(1, Workers, 1000 * Workers * 0.9 / rate, queue))
        {
            Steps = [
                Step.Command(Onset, $"workers {Workers / 2}"), Step.Command(Onset + 30, $"workers {Workers}") with { MakesWell = true }
            ],
            Goals = OutcomeGoals.Overloaded,
        };
    }

    private static OutcomeScenario Deploy(int rate) => new("deploy", "three backends restart one after the other, 5 s each", rate, Ample(3))
    {
        Steps =
        [
            .. Enumerable.Range(0, 3).SelectMany(static backend => new[]
            {
                Step.Kill(Onset + (10 * backend), backend),
                Step.Restart(Onset + (10 * backend) + 5, backend) with { MakesWell = backend == 2 },
            }),
        ],
        Goals = OutcomeGoals.PartFails,
    };

    private static OutcomeScenario HalfQuota(int rate) =>
        new("quota", "429 with Retry-After from a quota of half the load, for 30 s", rate, Ample(1))
        {
            Steps = [Step.Command(Onset, $"quota {rate / 2}"), Step.Command(Onset + 30, "quota 0") with { MakesWell = true }],
            Goals = OutcomeGoals.Overloaded,
        };

    private static OutcomeScenario Slow(int rate) => new("slow", "3 % of the answers take 5 s", rate, Ample(1))
    {
        Onset = 0,
        Steps = [Step.Command(0, string.Create(CultureInfo.InvariantCulture, $"slow {0.03} {5000}"))],
        Goals = OutcomeGoals.PartFails,
        Contenders = DefaultsAndTuned,
    };

    private static OutcomeScenario Starved(int rate, bool hanging) => new(
        hanging ? "starved-hanging" : "starved",
        hanging
            ? "thread pool of the client starved for 12 s by a service that hangs"
            : "thread pool of the client starved for 12 s, service healthy",
        rate,
        Ample(1))
    {
        Seconds = AloneSeconds,
        Limit = hanging ? 30 : 10,
        Onset = AloneOnset,
        OneAtATime = true,
        StarveFor = 12,
        Goals = hanging ? new OutcomeGoals { Refusal = 25 } : OutcomeGoals.PartFails,
        Steps = hanging ? [Step.Hang(AloneOnset, 0)] : [],
    };

    private static OutcomeScenario Frozen(int rate, int seconds) =>
        new($"frozen-{seconds}", $"client process frozen for {seconds} s", rate, Ample(1))
        {
            Seconds = AloneSeconds,
            Onset = AloneOnset,
            OneAtATime = true,
            Steps = [Step.FreezeClient(AloneOnset), Step.ThawClient(AloneOnset + seconds)],
        };

    /// <summary>Backends each of which can take the whole load.</summary>
    private static ServiceShape Ample(int backends) => new(backends, Workers: 64, ServiceMilliseconds: 20, Queue: int.MaxValue);
}
