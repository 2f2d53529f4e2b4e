using System.Globalization;
using Microsoft.Extensions.Options;
using OutageDemo.Downstreams;
using Resilience.Http;

namespace OutageDemo.Demo;

/// <summary>Plays 25 seconds of steady traffic through an outage and a slow spell of payments, and shows it live.</summary>
internal sealed class DemoRun : IDisposable
{
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly TextWriter _output = Console.Out;
    private readonly DownstreamServices _downstreams;
    private readonly AttemptCounter _attempts;
    private readonly RefusalCounter _refusals = new();
    private readonly HttpClient _api;
    private readonly OrderTraffic _traffic;
    private readonly Timeline _timeline;
    private readonly CircuitDiary _circuit;
    private readonly ResilientHttpClientOptions _settings;
    private long _start;

    private DemoRun(WebApplication app)
    {
        _downstreams = app.Services.GetRequiredService<DownstreamServices>();
        _attempts = app.Services.GetRequiredService<AttemptCounter>();
        _api = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        _traffic = new OrderTraffic(_api);
        _timeline = new Timeline(_output);
        _settings = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>().Get(DemoPlan.Service);
        _circuit = new CircuitDiary(app.Services.GetRequiredService<ICircuitRegistry>(), Show);
    }

    /// <summary>How many requests the limit allows in flight; <see langword="null"/> if it is switched off.</summary>
    private int? Limit => _settings.ConcurrencyLimit is { Enabled: true } limit ? limit.Limit : null;

    private TimeSpan Elapsed => _clock.GetElapsedTime(_start);

    /// <summary>Orders that were accepted and not charged yet.</summary>
    private int Uncharged => _traffic.Succeeded + _traffic.Queued - _downstreams.Payments.Charges;

    private DownstreamService Payments => _downstreams.Find(DemoPlan.Service)!;

    /// <returns>The exit code: 0 only if the circuit and the limit did their part, and all sums agree.</returns>
    public static async Task<int> RunAsync(WebApplication app)
    {
        using var run = new DemoRun(app);
        try
        {
            await run.PlayAsync(app.Lifetime.ApplicationStopping);
            return run.Conclude();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await run._output.WriteLineAsync("Stopped early: no verdict.");
            return 130;
        }
    }

    public void Dispose()
    {
        _circuit.Dispose();
        _refusals.Dispose();
        _api.Dispose();
    }

    private async Task PlayAsync(CancellationToken cancellationToken)
    {
        Introduce();
        _traffic.PlaceOrder(cancellationToken);
        await _traffic.AllEndedAsync(); // The first order pays for JIT and connections; the clock starts after it.

        _timeline.Begin();
        _start = _clock.GetTimestamp();
        var scene = 0;
        var second = 0;
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1) / DemoPlan.OrdersPerSecond, _clock);
        for (var now = TimeSpan.Zero; now < DemoPlan.Length; now = Elapsed)
        {
            while (second < (int)now.TotalSeconds)
            {
                _timeline.Row(++second, Count(), _circuit.State);
            }

            if (scene < DemoPlan.Scenes.Count && DemoPlan.Scenes[scene].At <= now)
            {
                await Payments.SwitchAsync(DemoPlan.Scenes[scene].Fault);
                _timeline.Event(now, DemoPlan.Scenes[scene].Headline);
                scene++;
            }

            _traffic.PlaceOrder(cancellationToken);
            await beat.WaitForNextTickAsync(cancellationToken);
        }

        await _traffic.AllEndedAsync();
        for (var giveUp = Elapsed + DemoPlan.LongestWaitForQueue; Uncharged > 0 && Elapsed < giveUp;)
        {
            await beat.WaitForNextTickAsync(cancellationToken);
        }

        _timeline.Row(second + 1, Count(), _circuit.State);
    }

    private void Introduce()
    {
        var (breaker, limit) = (_settings.CircuitBreaker, _settings.ConcurrencyLimit);
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {DemoPlan.OrdersPerSecond} orders a second are placed with the order API ({_api.BaseAddress}).
            Each order charges payments ({Payments.Address}), whose client is configured in appsettings.Demo.json:

              retry             {Or(_settings.Retry.Enabled, $"up to {_settings.Retry.MaxRetries} retries, after up to {_settings.Retry.BaseDelay.TotalMilliseconds} ms, doubling")}
              circuit breaker   {Or(breaker.Enabled, $"opens after {breaker.FailureThreshold} failures in a row, for {breaker.RecoveryTimeout.TotalSeconds} s to {breaker.MaxRecoveryTimeout.TotalSeconds} s; {breaker.HalfOpenMaxCalls} trials decide whether it closes")}
              concurrency limit {Or(limit.Enabled, $"{limit.Limit} requests in flight; a charge beyond that is queued at once")}

            """));

        static string Or(bool enabled, string text) => enabled ? text : "switched off";
    }

    private Figures Count() =>
        new(
            _traffic.Placed,
            _attempts.Sent,
            _attempts.Retried,
            _refusals.Refused,
            _refusals.Limited,
            _traffic.Succeeded,
            _traffic.Queued,
            _traffic.Failed + _traffic.TurnedAway);

    private void Show(CircuitTransition transition) =>
        _timeline.Event(Elapsed, $"circuit {Timeline.Text(transition.From)} -> {Timeline.Text(transition.To)}: {transition.Reason}");

    private int Conclude()
    {
        var caller = Count();
        var service = Payments.Arrivals.Read();
        var charges = _downstreams.Payments.Charges;
        _output.WriteLine($"""

            orders    {caller.Orders} placed: {caller.Succeeded} charged at once, {caller.Queued} queued and charged later, {caller.Failed} lost
            refused   {caller.Refused} attempts by the circuit and {caller.Limited} by the limit, not sent to payments
            in flight {_attempts.MostInFlight} at most
            sent      {caller.Sent} counted at the API, {service.Requests} arrived at payments
            retried   {caller.Retried} counted at the API, {service.Repeats} repeats counted at payments
            charged   {charges} orders, each once

            """);

        var mistakes = DemoVerdict.Mistakes(caller, service, charges, _circuit, Limit, _attempts.MostInFlight).ToList();
        if (mistakes.Count == 0)
        {
            _output.WriteLine(
                "The circuit opened, refused, tried and closed again. While payments was slow, the limit kept its requests few. " +
                "No order was lost, none was charged twice, and the sums agree.");
            return 0;
        }

        foreach (var mistake in mistakes)
        {
            _output.WriteLine($"FAILED: {mistake}");
        }

        return 1;
    }
}
