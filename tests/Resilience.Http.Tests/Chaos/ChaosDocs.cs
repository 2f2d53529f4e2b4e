using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Chaos.Experiments.Http;
using Resilience.Http.Chaos.Experiments.Steps;
using Resilience.Http.Chaos.Settings;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Chaos.Registration;
using Resilience.Http.Tests.House;

namespace Resilience.Http.Tests.Chaos;

/// <summary>The snippets and the table of docs/chaos.md and docs/chaos-experiments.md, compiled and tried.</summary>
public sealed class ChaosDocs
{
    [Fact]
    public async Task The_experiment_of_the_page_holds()
    {
        using var app = await new ChaosFixture(
            """{ "ResilientHttpChaos": { "Enabled": true } }""",
            register: services =>
            {
                #region register
                services.AddResilientHttpClient<PaymentsClient>("payments");
                services.AddChaosExperiments();
                #endregion
            }).StartAsync();
        using var runner = RunnerIn(app);

        #region experiment
        var order = new ChaosHttpRequest(new Uri("http://localhost:5080/orders/1"));
        var experiment = new ChaosExperiment
        {
            Title = "What do readers of an order notice when payments is down?",
            Hypothesis = "19 of 20 are answered within a second, and payments is not hammered",
            SteadyState =
            [
                ChaosProbe.P95Latency("answered in time", ChaosTraffic.To(order, calls: 50, concurrency: 5), ChaosTolerance.AtMost(1)),
                ChaosProbe.SendsPerCall("not hammered", ChaosTraffic.To(order, calls: 50, client: "payments"), ChaosTolerance.AtMost(1)),
            ],
            Method =
            [
                ChaosAction.SetFaults("payments refuses connections", "payments", new()
                {
                    Abort = new() { ConnectionRefused = true, Percentage = 100 },
                }),
                ChaosAction.SendRequests("readers send more requests", ChaosTraffic.To(order, calls: 50)),
                ChaosProbe.CircuitState("the circuit is open", "payments", ChaosTolerance.Equal("open")),
            ],
            Rollbacks = [ChaosAction.ClearFaults("payments is back", "payments")],
        };

        #endregion

        var result = await app.Clock.RunAsync(() => runner.RunAsync(experiment, ChaosProgress.To(Console.Out)));
        Assert.True(result.Outcome == ChaosOutcome.Held, result.ToString());
    }

    [Theory]
    [InlineData(true, ChaosOutcome.Held)]
    [InlineData(false, ChaosOutcome.Deviated)]
    public async Task A_slow_service_makes_readers_wait_unless_a_limit_bounds_them(bool limited, ChaosOutcome outcome)
    {
        using var app = await new ChaosFixture(
            """{ "ResilientHttpChaos": { "Enabled": true } }""",
            register: services =>
            {
                services.AddResilientHttpClient<PaymentsClient>("payments", options =>
                    (options.ConcurrencyLimit.Enabled, options.ConcurrencyLimit.Limit) = (limited, 2));
                services.AddChaosExperiments();
            }).StartAsync();
        using var runner = RunnerIn(app);

        #region slow
        var order = new ChaosHttpRequest(new Uri("http://localhost:5080/orders/1"));
        var experiment = new ChaosExperiment
        {
            Title = "What do readers of an order notice when payments is slow?",
            Hypothesis = "19 of 20 are answered within a second",
            SteadyState =
            [
                ChaosProbe.P95Latency("answered in time", ChaosTraffic.To(order, calls: 50, concurrency: 50), ChaosTolerance.AtMost(1)),
            ],
            Method =
            [
                ChaosAction.SetFaults("payments takes three seconds", "payments", new()
                {
                    Latency = new() { Min = TimeSpan.FromSeconds(3), Percentage = 100 },
                }),
            ],
            Rollbacks = [ChaosAction.ClearFaults("payments is fast again", "payments")],
        };

        #endregion

        var result = await app.Clock.RunAsync(() => runner.RunAsync(experiment, ChaosProgress.To(Console.Out)));
        Assert.True(result.Outcome == outcome, result.ToString());
    }

    [Fact]
    public async Task The_statements_of_the_page_inject_faults()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On(),
            register: services =>
            {
                #region faults
                services.AddResilientHttpClient<PaymentsClient>("payments");
                services.AddResilientHttpChaos();
                #endregion
            }).StartAsync();

        Assert.True(await app.IsStruckAsync());
    }

    [Fact]
    public async Task The_settings_of_the_page_are_good()
    {
        using var app = await new ChaosFixture(
            File.ReadAllText(Checkout.PathOf("tests/Resilience.Http.Tests/Chaos/chaos.appsettings.json")), "Staging").StartAsync();

        Assert.Equal(
            [
                "Chaos faults are active in environment Staging, until 2030-01-01 17:00:00Z, Tuesday, Wednesday 09:00 to 16:00 " +
                "Europe/Berlin: inventory: bodies at 2048 B/s on 10 %; payments: latency 100 to 2000 ms on 20 %, abort (503 " +
                "ServiceUnavailable) on 5 % for POST on /charges*. To stop them, set ResilientHttpChaos:Enabled to false.",
            ],
            app.Logs.Named("ChaosOn").Order());
    }

    [Fact]
    public async Task The_statement_of_the_page_opens_production()
    {
        using var app = await new ChaosFixture(
            ChaosFixture.On(others: "\"Until\": \"2030-01-01T13:00:00Z\""),
            "Production",
            services =>
            {
                #region production
                services.AddResilientHttpChaos(chaos => chaos.AllowInProduction());
                #endregion
            }).StartAsync();

        Assert.True(await app.IsStruckAsync());
    }

    [Theory]
    [InlineData("0", ChaosOutcome.NotSteady)]
    [InlineData("1", ChaosOutcome.Held)]
    public async Task A_query_of_Prometheus_is_a_probe(string value, ChaosOutcome outcome)
    {
        using var app = await new ChaosFixture(
            """{ "ResilientHttpChaos": { "Enabled": true } }""", register: services => services.AddChaosExperiments()).StartAsync();
        using var runner = RunnerIn(app, new ScriptedServer(script => script.Always(200, $$"""
            { "status": "success", "data": { "resultType": "vector", "result": [ { "metric": {}, "value": [ 1893499200.781, "{{value}}" ] } ] } }
            """)));
        var experiment = ChaosExperiment.Load(Checkout.PathOf("tests/Resilience.Http.Tests/Chaos/prometheus.experiment.json"));

        var result = await app.Clock.RunAsync(() => runner.RunAsync(experiment));

        Assert.Equal(outcome, result.Outcome);
    }

    [Fact]
    public void The_table_of_settings_on_the_page_is_the_table_of_keys()
    {
        var table = new StringBuilder("| key | default | allowed | meaning |\n|---|---|---|---|\n");
        foreach (var row in HttpChaosOptionsKeys.Keys.Rows(new HttpChaosOptions()))
        {
            table.Append(null, $"| `{row.Key}` | {row.Default} | {row.Allowed} | {row.Description} |\n");
        }

        Assert.Contains(table.ToString(), File.ReadAllText(Checkout.PathOf("docs/chaos.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_runner_of_the_page_is_in_the_container_and_gives_the_exit_code()
    {
        using var app = await new ChaosFixture("{}", register: static services => services.AddChaosExperiments()).StartAsync();

        Assert.Equal(
            0, await app.Clock.RunAsync(() => RunAsync(app.Services, new ChaosExperiment { Title = "t" }, CancellationToken.None)));
    }

    [Theory]
    [InlineData("samples/OutageDemo/Experiments/inventory-slow.json", 0)]
    [InlineData("samples/OutageDemo/appsettings.json", 65)]
    [InlineData("Directory.Build.props", 65)]
    public void The_statements_of_the_page_catch_a_wrong_file(string file, int exitCode) =>
        Assert.Equal(exitCode, Load(Checkout.PathOf(file)));

    private static async Task<int> RunAsync(IServiceProvider services, ChaosExperiment experiment, CancellationToken cancellationToken)
    {
        #region run
        var runner = services.GetRequiredService<ChaosExperimentRunner>();
        var result = await runner.RunAsync(experiment, ChaosProgress.To(Console.Out), cancellationToken);
        Console.WriteLine(result);
        return result.ExitCode;
        #endregion
    }

    private static int Load(string path)
    {
        ChaosExperiment experiment;
        #region file
        try
        {
            experiment = ChaosExperiment.Load(path);
        }
        catch (Exception exception) when (exception is ChaosExperimentFormatException or IOException)
        {
            Console.Error.WriteLine(exception.Message);
            return 65; // EX_DATAERR of sysexits.h
        }
        #endregion

        return experiment.Title.Length > 0 ? 0 : 1;
    }

    /// <summary>The app's own runner, whose requests meet an API that calls payments.</summary>
    private static ChaosExperimentRunner RunnerIn(ChaosFixture app, HttpMessageHandler? api = null) => new(new ExperimentServices(
        app.Clock,
        new ExperimentHttp(app.Clock, api ?? Api(app)),
        app.Services.GetRequiredService<IExperimentTarget>()));

    private sealed class PaymentsClient(HttpClient http)
    {
        public HttpClient Http { get; } = http;
    }

    /// <summary>The API: it calls payments, and answers 502 where that fails.</summary>
    private static ScriptedServer Api(ChaosFixture app)
    {
        return new ScriptedServer(script => script.Then(AnswerAsync).Always(), app.Clock);

        async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                using var charges = await app.Services.GetRequiredService<PaymentsClient>().Http.GetAsync("charges", cancellationToken);
                return new(HttpStatusCode.OK);
            }
            catch (HttpRequestException)
            {
                return new(HttpStatusCode.BadGateway);
            }
        }
    }
}
