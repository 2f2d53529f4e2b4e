using System.Globalization;
using OutageDemo.Demo;
using OutageDemo.Downstreams;
using Resilience.Http;

namespace OutageDemo.Replicas;

/// <summary>
/// Plays two troubles for a fleet of replicas: an outage of payments that the last replica avoids, since the others see it first, and the
/// network of the first replica cut, which the others ignore.
/// </summary>
internal sealed class ReplicasRun(IReadOnlyList<OrderReplica> replicas, DownstreamService payments, CancellationToken stopping)
{
    private const int OrdersPerSecond = 10;
    private const int SecondsBetweenLastOrders = 2;
    private const string Gap = "             ";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);

    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly TextWriter _output = Console.Out;
    private readonly List<string> _mistakes = [];
    private volatile bool _isOver;
    private long _start = TimeProvider.System.GetTimestamp();

    private OrderReplica First => replicas[0];

    /// <summary>The one with little traffic: alone it would need longer to find out.</summary>
    private OrderReplica Last => replicas[^1];

    /// <returns>The exit code: 0 only if all went as the introduction says.</returns>
    public async Task<int> RunAsync()
    {
        try
        {
            Introduce();
            await PlaceFirstOrdersAsync();
            var orders = PlaceOrdersAsync();
            await PlayAsync();
            _isOver = true;
            await orders;
            return Conclude();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            _isOver = true;
            await _output.WriteLineAsync("Stopped early: no verdict.");
            return 130;
        }
    }

    private void Introduce() => _output.WriteLine($"""
        {replicas.Count} replicas of the order API run in this process, and share the circuit of payments ({payments.Address}).
        What they share is in memory here. Replicas on different machines use Redis: fleet.UseRedis("redis.internal:6379").
        Each replica places {OrdersPerSecond} orders a second, but replica {Last.Number} only one in {SecondsBetweenLastOrders} seconds.

        """);

    /// <summary>They pay for JIT and connections; the clock starts after them.</summary>
    private async Task PlaceFirstOrdersAsync()
    {
        foreach (var replica in replicas)
        {
            replica.Traffic.PlaceOrder(stopping);
            await replica.Traffic.AllEndedAsync();
        }

        _start = _clock.GetTimestamp();
        foreach (var replica in replicas)
        {
            replica.Transitioned = Show;
        }
    }

    private async Task PlayAsync()
    {
        Event("payments is healthy");
        await Task.Delay(TimeSpan.FromSeconds(3), _clock, stopping);
        await PlayOutageAsync();
        await PlayCutNetworkAsync();
    }

    private async Task PlayOutageAsync()
    {
        Event("payments goes down: 503 to every request");
        int[] before = [.. replicas.Select(static replica => replica.Network.Sent)];
        await payments.SwitchAsync(new FaultSetting(Fault.Down));
        await ExpectAsync(() => replicas.All(static replica => replica.State != CircuitState.Closed), "Not all circuits opened.");
        await Task.Delay(TimeSpan.FromSeconds(5), _clock, stopping);
        int[] sent = [.. replicas.Select((replica, i) => replica.Network.Sent - before[i])];
        await payments.SwitchAsync(FaultSetting.Ok);
        Event("payments is healthy again");
        await ExpectAllClosedAsync();
        await Task.Delay(TimeSpan.FromSeconds(1), _clock, stopping);
        _output.WriteLine($"""

            {Gap}While payments was down, the replicas sent it {string.Join(" + ", sent)} requests, trials included.
            {Gap}Replica {Last.Number} opened because the others held their circuits open, before enough of its own requests had failed.
            {Gap}After the break, all replicas shared a few trials.

            """);
        Expect(
            Last.Transitions.Any(static each => each.Reason.Contains("replicas with traffic hold it open", StringComparison.Ordinal)),
            $"Replica {Last.Number} did not open because of the others.");
    }

    private async Task PlayCutNetworkAsync()
    {
        var others = replicas.Skip(1).ToList();
        var before = others.Sum(static replica => replica.Transitions.Count);
        First.Network.IsCut = true;
        Event($"the network of replica {First.Number} is cut");
        await ExpectAsync(() => First.State != CircuitState.Closed, $"The circuit of replica {First.Number} did not open.");
        await Task.Delay(TimeSpan.FromSeconds(4), _clock, stopping);
        First.Network.IsCut = false;
        Event($"the network of replica {First.Number} is back");
        await ExpectAllClosedAsync();
        Expect(
            others.Sum(static replica => replica.Transitions.Count) == before,
            $"Other replicas did not ignore the network of replica {First.Number}.");
        _output.WriteLine($"""

            {Gap}Replica {First.Number} was alone with its trouble: fewer than half of the replicas held their circuits open, so the others
            {Gap}went on calling payments. Its circuit closed by trials of its own.

            """);
    }

    private Task ExpectAllClosedAsync() =>
        ExpectAsync(() => replicas.All(static replica => replica.State == CircuitState.Closed), "Not all circuits closed again.");

    private async Task ExpectAsync(Func<bool> condition, string mistake)
    {
        var from = _clock.GetTimestamp();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(20), _clock);
        while (!condition() && _clock.GetElapsedTime(from) < Longest)
        {
            await beat.WaitForNextTickAsync(stopping);
        }

        Expect(condition(), mistake);
    }

    private void Expect(bool holds, string mistake)
    {
        if (!holds)
        {
            _mistakes.Add(mistake);
        }
    }

    private async Task PlaceOrdersAsync()
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1) / OrdersPerSecond, _clock);
        for (var i = 0; !_isOver; i++)
        {
            foreach (var replica in replicas.Where(replica => replica != Last || i % (SecondsBetweenLastOrders * OrdersPerSecond) == 0))
            {
                replica.Traffic.PlaceOrder(stopping);
            }

            await beat.WaitForNextTickAsync(stopping);
        }

        await Task.WhenAll(replicas.Select(static replica => replica.Traffic.AllEndedAsync()));
    }

    private void Show(OrderReplica replica, CircuitTransition transition) =>
        Event($"  replica {replica.Number}: {Timeline.Text(transition.From)} -> {Timeline.Text(transition.To)}: {transition.Reason}");

    private void Event(string text) => _output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{_clock.GetElapsedTime(_start).TotalSeconds,9:0.0} s  {text}"));

    private int Conclude()
    {
        foreach (var mistake in _mistakes)
        {
            _output.WriteLine($"FAILED: {mistake}");
        }

        if (_mistakes.Count == 0)
        {
            _output.WriteLine("The replicas opened together, shared their trials, and ignored the one with a sick network.");
        }

        return _mistakes.Count == 0 ? 0 : 1;
    }
}
