using Microsoft.Extensions.Logging;
using NSubstitute;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>
/// What waits for the circuit's lock, and what never runs under one. What should not wait gets thirty seconds, and needs none.
/// </summary>
public sealed class CircuitLockTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_permit_and_a_success_do_not_wait_while_another_thread_opens_the_circuit()
    {
        using var inTheLock = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var clock = new VirtualTimeProvider();
        var circuit = new Circuit(CircuitFixture.Name, new() { FailureThreshold = 1 }, new(clock, DrawChance, static (_, _, _) => { }));

        double DrawChance()
        {
            inTheLock.Set(); // The length of the break is drawn where everything about the break is decided.
            goOn.Wait();
            return 0;
        }

        var opening = Task.Run(() =>
        {
            circuit.TryAcquire(clock.GetTimestamp(), TimeSpan.Zero, out var permit, out _);
            circuit.Fail(permit, clock.GetTimestamp(), CircuitFixture.Failure);
        });
        Assert.True(await Task.Run(() => inTheLock.Wait(Patience)));
        await Task.Run(() =>
        {
            Assert.Equal(AcquireResult.Granted, circuit.TryAcquire(clock.GetTimestamp(), TimeSpan.Zero, out var permit, out _));
            circuit.Succeed(permit, clock.GetTimestamp());
        }).WaitAsync(Patience);

        goOn.Set();
        await opening;
        Assert.Equal(CircuitState.Open, circuit.Snapshot().State);
    }

    [Fact]
    public void A_refusal_does_not_wait_for_the_lock()
    {
        var lab = new CircuitFixture().Open();
        var refused = false;

        lab.Seam.Hold(passesBefore: 0, () => refused = Task.Run(lab.Refused).Wait(Patience));
        lab.Isolate(); // It reads the clock under the lock.

        Assert.True(refused);
    }

    [Fact]
    public async Task A_logger_may_query_and_control_the_circuits_from_another_thread()
    {
        CircuitRegistry? registry = null;
        List<CircuitState?> seen = [];
        var loggers = Substitute.For<ILoggerFactory>();
        loggers
            .CreateLogger(CircuitBreakerLog.Category)
            .Returns(new Asking(() => seen.Add(registry!.Find("payments", "https://payments.internal")?.State)));
        var host = new ResilienceRuntime(new VirtualTimeProvider(), static () => 0, loggers);
        registry = CircuitRegistry.GetOrCreate(host);
        ServiceCircuits.GetOrCreate(new ServiceState("payments", host, new())).EnsureCreated(new("https://payments.internal/"));

        await Task.Run(() =>
        {
            registry.Isolate("payments", "maintenance");
            registry.Reset("payments");
        }).WaitAsync(Patience);

        Assert.Equal([CircuitState.Isolated, CircuitState.Closed], seen);
    }

    /// <summary>A log that does something on another thread, and waits for it: under a lock that would never end.</summary>
    private sealed class Asking(Action ask) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Assert.True(Task.Run(ask).Wait(Patience));
    }
}
