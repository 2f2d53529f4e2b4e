using FsCheck;
using FsCheck.Fluent;
using Resilience.Http.CircuitBreaker.States;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>
/// Random histories, played on the circuit and on its reference side by side: after each step nothing that can be seen may differ.
/// </summary>
public sealed class CircuitModelTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    /// <summary>Small figures, so that short histories reach every rule; equal ones, so that they meet at their bounds.</summary>
    private static readonly Action<HttpCircuitBreakerOptions>[] Settings =
    [
        o => (o.FailureThreshold, o.MinimumThroughput, o.FailureRatio) = (3, 5, 0.75),
        o => (o.FailureThreshold, o.MinimumThroughput, o.HalfOpenMaxCalls) = (2, 100, 1),
        o => (o.FailureThreshold, o.MinimumThroughput, o.FailureRatio) = (0, 4, 0.5),
        o => (o.FailureThreshold, o.FailureRatio, o.MinimumThroughput, o.SlowCallDuration, o.SlowCallRatio) = (
            4, 0, 3, TimeSpan.FromSeconds(2), 0.5),
        o => (o.FailureThreshold, o.MinimumThroughput, o.SlowCallDuration) = (3, 2, TimeSpan.FromSeconds(1)),
    ];

    private static readonly Gen<TimeSpan> Times = Gen.Elements(
        Tick,
        TimeSpan.FromMilliseconds(100),
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(2),
        TimeSpan.FromSeconds(5) - Tick,
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20));

    private static readonly Gen<int> Which = Gen.Choose(0, 1000);

    private static readonly Gen<Step> AnyStep = Gen.Frequency(
        (14, Times.Select(limit => (Step)new Acquire(limit))),
        (5, Which.Select(which => (Step)new Return(which, AttemptVerdict.Success))),
        (6, Which.Select(which => (Step)new Return(which, AttemptVerdict.Transient))),
        (1, Which.Select(which => (Step)new Return(which, AttemptVerdict.Failure))),
        (2, Which.Select(which => (Step)new Return(which, AttemptVerdict.Ignored))),
        (2, Which.Select(which => (Step)new Return(which, AttemptVerdict.Transient, TimedOut: true))),
        (2, from which in Which
            from wait in Gen.OneOf(Times.Select(time => (TimeSpan?)time), Gen.Constant<TimeSpan?>(null))
            select (Step)new Return(which, AttemptVerdict.Transient, Throttled: true, RetryAfter: wait)),
        (1, from which in Which from wait in Times select (Step)new Return(which, AttemptVerdict.Transient, RetryAfter: wait)),
        (6, Times.Select(time => (Step)new Advance(time))),
        (2, Gen.Constant((Step)new AdvanceToTheNextEnd())),
        (1, Gen.OneOf(Times.Select(time => (TimeSpan?)time), Gen.Constant<TimeSpan?>(null)).Select(time => (Step)new Isolate(time))),
        (1, Gen.Constant((Step)new Reset())),
        (1, Gen.Choose(0, Settings.Length - 1).Select(settings => (Step)new Reload(settings))));

    private static readonly Gen<History> Histories =
        from settings in Gen.Choose(0, Settings.Length - 1)
        from busy in Gen.Elements(false, true)
        from length in Gen.Choose(1, 120)
        from steps in AnyStep.ArrayOf(length)
        select new History(settings, busy, steps);

    [Fact]
    public void No_history_distinguishes_the_circuit_from_its_reference() => RandomCases.Check(Histories, Play, times: 2000, Shorter);

    private static void Play(History history)
    {
        var lab = new CircuitFixture(Configured(history.Settings));
        var reference = new ReferenceCircuit(lab.Options, () => lab.Clock.Elapsed, history.Busy);
        if (history.Busy)
        {
            lab.Busy();
        }

        List<(CircuitPermit Permit, int Number)> held = [];
        foreach (var step in history.Steps)
        {
            switch (step)
            {
                case Acquire(var limit):
                    var granted = lab.Circuit.TryAcquire(lab.Clock.GetTimestamp(), limit, out var permit, out _) == AcquireResult.Granted;
                    var number = reference.Acquire(limit);
                    Assert.Equal(number is not null, granted);
                    if (number is { } given)
                    {
                        held.Add((permit, given));
                    }

                    break;
                case Return back when held.Count > 0:
                    var index = back.Which % held.Count;
                    Assert.Equal(
                        reference.Return(held[index].Number, back.Verdict, back.TimedOut, back.Throttled, back.RetryAfter),
                        Give(lab, held[index].Permit, back));
                    held.RemoveAt(index);
                    break;
                case Advance(var time):
                    lab.Clock.Advance(time);
                    break;
                case AdvanceToTheNextEnd:
                    lab.Clock.Advance(reference.Look().RetryAfter ?? Tick);
                    break;
                case Isolate(var duration):
                    lab.Isolate(duration: duration);
                    reference.Isolate(duration);
                    break;
                case Reset:
                    lab.Reset();
                    reference.Reset();
                    break;
                case Reload(var settings):
                    lab.Reload(Configured(settings));
                    reference.Options = lab.Options;
                    break;
            }

            Compare(lab, reference);
        }

        held.ForEach(left => lab.Circuit.Ignore(left.Permit));
        Assert.Equal(0, lab.Circuit.InFlight);
    }

    private static bool Give(CircuitFixture lab, CircuitPermit permit, Return back)
    {
        switch (back.Verdict)
        {
            case AttemptVerdict.Success:
                return lab.Succeed(permit);
            case AttemptVerdict.Ignored:
                lab.Circuit.Ignore(permit);
                return false;
            default:
                return lab.Fail(permit, new("503", back.TimedOut, back.Throttled, back.Throttled, back.RetryAfter));
        }
    }

    private static void Compare(CircuitFixture lab, ReferenceCircuit reference)
    {
        var (expected, actual) = (reference.Look(), lab.Circuit.Snapshot());
        Assert.Equal(expected.State, actual.State);
        Assert.Equal(expected.Began, actual.Since - lab.Clock.Start);
        Assert.Equal(expected.RetryAfter, actual.RetryAfter);
        Assert.Equal(expected.Row, actual.ConsecutiveFailures);
        Assert.Equal(expected.Throughput, actual.Throughput);
        Assert.Equal(expected.Throughput == 0 ? 0 : expected.Failures / (double)expected.Throughput, actual.FailureRatio);
        Assert.Equal(expected.Throughput == 0 ? 0 : expected.Slow / (double)expected.Throughput, actual.SlowRatio);
        Assert.Equal(string.Join(" > ", reference.Path.Skip(reference.Path.Count > 1 ? 0 : 1).Select(state => state.Text())), lab.Path);
    }

    private static Action<HttpCircuitBreakerOptions> Configured(int settings) => options =>
    {
        (options.SamplingWindow, options.RecoveryTimeout, options.MaxRecoveryTimeout) = (
            TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
        options.HalfOpenMaxCalls = 2;
        Settings[settings](options);
    };

    /// <summary>Without each stretch of steps, long ones first: what is left of a failing history is what it takes.</summary>
    private static IEnumerable<History> Shorter(History history)
    {
        for (var stretch = history.Steps.Length / 2; stretch > 0; stretch /= 2)
        {
            for (var from = 0; from + stretch <= history.Steps.Length; from += stretch)
            {
                yield return history with { Steps = [.. history.Steps[..from], .. history.Steps[(from + stretch)..]] };
            }
        }
    }

    internal sealed record History(int Settings, bool Busy, Step[] Steps)
    {
        public override string ToString() => $"settings {Settings}{(Busy ? ", busy" : "")}: {string.Join(", ", Steps.AsEnumerable())}";
    }

    internal abstract record Step;

    internal sealed record Acquire(TimeSpan AttemptTimeout) : Step;

    internal sealed record Return(
        int Which, AttemptVerdict Verdict, bool TimedOut = false, bool Throttled = false, TimeSpan? RetryAfter = null) : Step;

    internal sealed record Advance(TimeSpan Time) : Step;

    internal sealed record AdvanceToTheNextEnd : Step;

    internal sealed record Isolate(TimeSpan? Duration) : Step;

    internal sealed record Reset : Step;

    internal sealed record Reload(int Settings) : Step;
}
