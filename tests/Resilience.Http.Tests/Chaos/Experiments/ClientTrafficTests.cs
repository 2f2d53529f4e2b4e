using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Chaos.Experiments.Traffic;
using static Resilience.Http.Tests.Chaos.Experiments.ExperimentApp;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>What probes see of the calls, sends and circuits of a client.</summary>
public sealed class ClientTrafficTests
{
    [Fact]
    public async Task The_calls_and_sends_of_a_client_are_counted_while_a_probe_watches()
    {
        using var app = await AppAsync(script: script => script.Fail(2, 503).Then(200).Fail(3, 503).Always(200));

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method =
            [
                Calls(app, 4),
                ChaosProbe.SendsPerCall("sends", ChaosTraffic.Of("payments", TimeSpan.FromMinutes(1)), ChaosTolerance.AtMost(3)),
            ],
        });

        // Two retries, then the last attempt fails after two, then two calls at once: (3 + 3 + 1 + 1) sends for 4 calls.
        Assert.Equal(2, result.Method[1].Output!.GetValue<double>());
    }

    [Fact]
    public async Task The_success_rate_of_a_client_is_what_its_callers_see()
    {
        using var app = await AppAsync(script: script => script.Fail(2, 503).Then(200).Fail(3, 503).Always(200));

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method =
            [
                Calls(app, 4),
                ChaosProbe.SuccessRate("rate", ChaosTraffic.Of("payments", TimeSpan.FromMinutes(1)), ChaosTolerance.AtLeast(0.75)),
            ],
        });

        Assert.Equal(0.75, result.Method[1].Output!.GetValue<double>());
        Assert.Equal(ChaosOutcome.Held, result.Outcome);
    }

    [Fact]
    public async Task A_client_without_calls_has_no_success_rate()
    {
        using var app = await AppAsync();

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            SteadyState = [ChaosProbe.SuccessRate("rate", ChaosTraffic.Of("payments"), ChaosTolerance.AtLeast(0))],
        });

        Assert.Equal(ChaosOutcome.NotSteady, result.Outcome);
        Assert.Contains("No call of the client 'payments' was seen while the probe watched.", result.Errors[0], StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(10), result.Duration);
    }

    [Fact]
    public async Task The_state_of_a_circuit_is_its_text()
    {
        using var app = await AppAsync();
        await StruckAsync(app);

        var result = await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            SteadyState = [ChaosProbe.CircuitState("closed", "payments", ChaosTolerance.Equal("closed"))],
            Method =
            [
                ChaosAction.SetFaults("break", "payments", ResetAll),
                Calls(app, 5, background: false),
                ChaosProbe.CircuitState("open", "payments", ChaosTolerance.Equal("open"), "http://payments.test"),
                ChaosProbe.CircuitState("nobody", "paymnets", ChaosTolerance.Equal("open")),
            ],
        });

        Assert.True(result.Before!.Met);
        Assert.True(result.Method[2].ToleranceMet);
        Assert.False(result.Method[3].ToleranceMet);
        Assert.Contains(result.Errors, error => error.Contains("No circuit was found for 'paymnets'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Synchronous_and_cancelled_calls_count_but_not_for_the_success_rate()
    {
        using var app = await AppAsync();
        using var client = app.Client();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using var watch = app.Services.GetRequiredService<ClientTraffic>().Client("payments").Watch();
        using var request = new HttpRequestMessage(HttpMethod.Get, "charges");
        using var response = app.Clock.Run(() => client.Send(request));
        using var handlers = new HttpMessageInvoker(
            app.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("payments"), disposeHandler: false);
        using var second = new HttpRequestMessage(HttpMethod.Get, "http://payments.test/charges");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handlers.SendAsync(second, cancelled.Token));

        var sample = watch.Sample();
        Assert.Equal(2, sample.Began);
        Assert.Equal(1, sample.SuccessRate);
        Assert.Single(sample.Durations);
    }

    [Fact]
    public async Task Watching_ends_with_the_probe()
    {
        using var app = await AppAsync();
        await RunAsync(app, new ChaosExperiment
        {
            Title = "t",
            Method = [Calls(app, 1), ChaosProbe.SuccessRate("rate", ChaosTraffic.Of("payments"), ChaosTolerance.AtLeast(0))],
        });

        Assert.Empty(app.Services.GetRequiredService<ClientTraffic>().Client("payments").Watches);
    }
}
