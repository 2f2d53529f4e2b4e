using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Chaos.Experiments.Http;
using Resilience.Http.Chaos.Experiments.Steps;
using Resilience.Http.Chaos.Experiments.Traffic;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Chaos.Registration;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>Calls that begin while a probe watches and have not ended when it has seen enough.</summary>
public sealed class UnendedCallTests
{
    private static readonly ChaosTolerance Any = ChaosTolerance.AtLeast(0);

    [Theory]
    [InlineData(2, 0.5)]
    [InlineData(0, 0)]
    public async Task Calls_that_hang_beyond_the_window_have_failed(int well, double rate)
    {
        using var app = await AppAsync();
        string[] calls = [.. Enumerable.Repeat("hangs", 2), .. Enumerable.Repeat("answers", well)];

        var step = await MeasureAsync(
            app, ChaosProbe.SuccessRate("rate", ChaosTraffic.Of("payments"), Any), token => CallAsync(app, calls, token));

        Assert.Equal(rate, step.Output!.GetValue<double>());
        Assert.Equal(TimeSpan.FromSeconds(20), step.Duration); // the window, and as long again for what is under way
    }

    [Fact]
    public async Task Calls_that_still_run_count_with_the_time_they_have_taken_so_far()
    {
        using var app = await AppAsync();

        var step = await MeasureAsync(
            app, ChaosProbe.P95Latency("p95", ChaosTraffic.Of("payments"), Any), token => CallAsync(app, ["hangs"], token));

        Assert.InRange(step.Output!.GetValue<double>(), 19.9, 20);
    }

    [Fact]
    public async Task A_call_that_ends_after_the_window_counts_without_a_longer_wait()
    {
        using var app = await AppAsync();

        var step = await MeasureAsync(
            app,
            ChaosProbe.SuccessRate("rate", ChaosTraffic.Of("payments", TimeSpan.FromSeconds(5)), Any),
            token => CallAsync(app, ["slow"], token));

        Assert.Equal(1, step.Output!.GetValue<double>());
        Assert.InRange(step.Duration, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(8.1));
    }

    [Fact]
    public async Task Sends_are_counted_without_waiting_for_a_call_to_end()
    {
        using var app = await AppAsync();

        var step = await MeasureAsync(
            app, ChaosProbe.SendsPerCall("sends", ChaosTraffic.Of("payments"), Any), token => CallAsync(app, ["hangs"], token));

        Assert.Equal(1, step.Output!.GetValue<double>());
        Assert.Equal(TimeSpan.FromSeconds(10), step.Duration);
    }

    [Fact]
    public async Task Calls_that_their_callers_cancelled_yield_no_success_rate_and_an_explanation()
    {
        using var app = await AppAsync();

        var step = await MeasureAsync(app, ChaosProbe.SuccessRate("rate", ChaosTraffic.Of("payments"), Any), async _ =>
        {
            using var leave = new CancellationTokenSource(TimeSpan.FromSeconds(5), app.Clock);
            await CallAsync(app, ["hangs", "hangs"], leave.Token);
        });

        Assert.Equal(
            "No call of the client 'payments' that began while the probe watched has ended: their callers cancelled all 2.",
            step.Exception!.Message);
    }

    [Theory]
    [InlineData(30, 1)]
    [InlineData(5, 0)]
    public async Task A_call_that_its_HttpClient_Timeout_ends_has_failed_and_was_not_cancelled(int seconds, int failed)
    {
        using var app = await new ChaosFixture(
            "{}",
            register: static services =>
            {
                services.AddHttpClient("payments").ConfigureHttpClient(static client => client.Timeout = TimeSpan.FromSeconds(30));
                services.AddChaosExperiments();
            },
            script: static script => script.Hang().Always()).StartAsync();
        using var watch = app.Services.GetRequiredService<ClientTraffic>().Client("payments").Watch();
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), app.Clock); // as the handlers see either: a token

        await app.Clock.RunAsync(() => CallAsync(app, ["hangs"], over.Token));

        Assert.Equal(1, watch.Sample().Began);
        Assert.Equal(failed, watch.Sample().Durations.Count);
    }

    [Fact]
    public async Task A_call_that_outlives_its_requests_is_awaited_as_long_as_one_of_them_may_take()
    {
        using var app = await AppAsync();
        Task? left = null;
        using var api = new ScriptedServer(script => script.Then(_ =>
        {
            left = CallAsync(app, ["hangs"], CancellationToken.None);
            return new HttpResponseMessage();
        }), app.Clock);
        var request = new ChaosHttpRequest(new Uri("http://api.test/")) { Timeout = TimeSpan.FromSeconds(5) };

        var step = await MeasureAsync(
            app,
            ChaosProbe.SuccessRate("rate", ChaosTraffic.To(request, calls: 1, client: "payments"), Any),
            static _ => Task.CompletedTask,
            api);
        await app.Clock.RunAsync(() => left!);

        Assert.Equal(0, step.Output!.GetValue<double>());
        Assert.Equal(TimeSpan.FromSeconds(5), step.Duration);
    }

    private static Task<ChaosFixture> AppAsync() => new ChaosFixture(
        "{}",
        register: services =>
        {
            services.AddHttpClient("payments").AddResilience();
            services.AddChaosExperiments();
        },
        script: script => script
            .When("/hangs", static hangs => hangs.Hang().Always())
            .When("/slow", static slow => slow.Slow(TimeSpan.FromSeconds(8)).Always())
            .Always(200)).StartAsync();

    /// <summary>What a probe comes to while the app makes calls of its own.</summary>
    private static async Task<ChaosStepResult> MeasureAsync(
        ChaosFixture app, ChaosProbe probe, Func<CancellationToken, Task> calls, HttpMessageHandler? api = null)
    {
        using var runner = new ChaosExperimentRunner(new ExperimentServices(
            app.Clock,
            new ExperimentHttp(app.Clock, api),
            app.Services.GetRequiredService<IExperimentTarget>()));
        var traffic = new ChaosAction("calls", async token =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), app.Clock, token);
            await calls(token);
        })
        { Background = true };

        var result = await app.Clock.RunAsync(() => runner.RunAsync(new ChaosExperiment { Title = "t", Method = [traffic, probe] }));

        return result.Method.Single(step => step.Activity == probe);
    }

    private static Task CallAsync(ChaosFixture app, IEnumerable<string> paths, CancellationToken token) =>
        Task.WhenAll(paths.Select(async path =>
        {
            try
            {
                using var client = app.Client();
                using var response = await client.GetAsync(path, token);
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                // the watch has seen it too
            }
        }));
}
