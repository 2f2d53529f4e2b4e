using Resilience.Http.CircuitBreaker.Counting;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Requests;
using Resilience.Http.Testing;
using Resilience.Http.Tests.CircuitBreaker.Races;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>One circuit without HTTP around it, on a virtual clock, with what it told.</summary>
internal sealed class CircuitFixture
{
    public static readonly CircuitKey Name = new("payments", "https://payments.internal", "https://payments.internal");
    public static readonly CircuitFailure Failure = new("503 ServiceUnavailable");
    public static readonly CircuitFailure TimedOut = new("RequestTimedOutException", TimedOut: true);

    private readonly List<CircuitTransition> _transitions = [];

    public CircuitFixture(Action<HttpCircuitBreakerOptions>? configure = null)
    {
        Options = Configured(configure);
        Circuit = new(Name, Options, new(new SeamClock(Clock, Seam), DrawChance, Tell));
    }

    /// <summary>Passed wherever the circuit reads the clock, draws chance or tells a transition.</summary>
    public Interleaving Seam { get; } = new();

    public VirtualTimeProvider Clock { get; } = new();

    public HttpCircuitBreakerOptions Options { get; private set; }

    public Circuit Circuit { get; }

    public double Chance { get; set; }

    public IReadOnlyList<CircuitTransition> Transitions => _transitions;

    public CircuitState State => Circuit.Snapshot().State;

    /// <summary>The states that were told of, as <c>closed > open > half_open</c>.</summary>
    public string Path =>
        string.Join(
            " > ", _transitions.Take(1)
                .Select(first => first.From)
                .Concat(_transitions.Select(transition => transition.To))
                .Select(state => state.Text()));

    public static CircuitFailure Throttled(TimeSpan? retryAfter = null) =>
        new("429 TooManyRequests", RatioOnly: true, Throttled: true, RetryAfter: retryAfter);

    public CircuitPermit Acquire(TimeSpan attemptLimit = default)
    {
        Assert.Equal(AcquireResult.Granted, Circuit.TryAcquire(Clock.GetTimestamp(), attemptLimit, out var permit, out _));
        return permit;
    }

    public CircuitRefusal Refused()
    {
        Assert.Equal(AcquireResult.Refused, Circuit.TryAcquire(Clock.GetTimestamp(), TimeSpan.Zero, out _, out var refusal));
        return refusal!;
    }

    public bool Succeed(CircuitPermit permit) => Circuit.Succeed(permit, Clock.GetTimestamp());

    public bool Fail(CircuitPermit permit, CircuitFailure? failure = null) =>
        Circuit.Fail(permit, Clock.GetTimestamp(), failure ?? Failure);

    /// <summary>Attempts one after the other that all succeed.</summary>
    public void Succeed(int times)
    {
        for (var i = 0; i < times; i++)
        {
            Succeed(Acquire());
        }
    }

    /// <summary>Attempts one after the other that all fail.</summary>
    public void Fail(int times, CircuitFailure? failure = null)
    {
        for (var i = 0; i < times; i++)
        {
            Fail(Acquire(), failure);
        }
    }

    /// <summary>So much has gone through it that from now on each processor has its own counts. The window has forgotten it.</summary>
    public CircuitFixture Busy()
    {
        Succeed(times: (int)QuietCounts.Most + 1);
        Clock.Advance(Options.SamplingWindow);
        return this;
    }

    public CircuitFixture Open()
    {
        Fail(Options.FailureThreshold);
        Assert.Equal(CircuitState.Open, State);
        return this;
    }

    public CircuitFixture HalfOpen()
    {
        Open();
        EndBreak();
        return this;
    }

    /// <summary>Advances exactly to the end of the break.</summary>
    public void EndBreak()
    {
        Clock.Advance(Circuit.Snapshot().RetryAfter!.Value);
        Assert.Equal(CircuitState.HalfOpen, State);
    }

    public void Isolate(string reason = "maintenance", TimeSpan? duration = null)
    {
        var now = Clock.GetTimestamp();
        Circuit.Isolate(new(reason, Clock.GetUtcNow(), now, duration is { } limit ? Clock.After(now, limit) : Timestamps.Never));
        Circuit.Publish();
    }

    public void Reset()
    {
        Circuit.Reset();
        Circuit.Publish();
    }

    public void Reload(Action<HttpCircuitBreakerOptions>? configure = null) => Circuit.Use(Options = Configured(configure));

    private double DrawChance()
    {
        Seam.Pass();
        return Chance;
    }

    private void Tell(CircuitKey circuit, CircuitTransition transition, TransitionDetails details)
    {
        Seam.Pass();
        _transitions.Add(transition);
    }

    /// <summary>The defaults, but for breaks whose lengths can be told from those of other limits.</summary>
    private static HttpCircuitBreakerOptions Configured(Action<HttpCircuitBreakerOptions>? configure)
    {
        var options = new HttpCircuitBreakerOptions
        {
            RecoveryTimeout = TimeSpan.FromSeconds(30),
            MaxRecoveryTimeout = TimeSpan.FromMinutes(2)
        };
        configure?.Invoke(options);
        return options;
    }
}
