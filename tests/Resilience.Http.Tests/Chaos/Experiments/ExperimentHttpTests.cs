using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Chaos.Experiments;

public sealed class ExperimentHttpTests
{
    private static readonly ChaosHttpRequest Request = new(new Uri("http://orders.test/orders/1"));

    [Fact]
    public async Task An_http_probe_gives_status_headers_and_a_body_that_was_announced_as_json()
    {
        var result = await RunAsync(
            script => script.Always(200, """{ "open": 0 }"""),
            new ChaosExperiment { Title = "t", SteadyState = [ChaosProbe.Http("order", Request, ChaosTolerance.AtPath("$.open", 0))] });

        Assert.Equal(ChaosOutcome.Held, result.Outcome);
        var output = result.Before!.Probes[0].Output!;
        Assert.Equal(200, output["status"]!.GetValue<int>());
        Assert.Equal("application/json; charset=utf-8", output["headers"]!["Content-Type"]!.GetValue<string>());
        Assert.Equal(0, output["body"]!["open"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_http_probe_that_is_not_answered_in_time_is_not_met()
    {
        var request = new ChaosHttpRequest(Request.Url) { Timeout = TimeSpan.FromSeconds(3) };

        var result = await RunAsync(
            script => script.Hang().Always(),
            new ChaosExperiment { Title = "t", SteadyState = [ChaosProbe.Http("order", request, ChaosTolerance.Equal(200))] });

        Assert.Equal(ChaosOutcome.NotSteady, result.Outcome);
        Assert.Contains("GET http://orders.test/orders/1 was not answered within 3 s", result.Errors[0], StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(3), result.Duration);
    }

    [Fact]
    public async Task A_request_may_be_given_unlimited_time()
    {
        var request = new ChaosHttpRequest(Request.Url) { Timeout = TimeSpan.MaxValue };

        var result = await RunAsync(
            script => script.Slow(TimeSpan.FromHours(1)).Always(),
            new ChaosExperiment { Title = "t", SteadyState = [ChaosProbe.Http("order", request, ChaosTolerance.Equal(200))] });

        Assert.Equal(ChaosOutcome.Held, result.Outcome);
    }

    [Fact]
    public async Task An_http_action_that_is_answered_with_an_error_has_failed()
    {
        var result = await RunAsync(
            script => script.Always(404),
            new ChaosExperiment { Title = "t", Method = [ChaosAction.Http("break", Request)] });

        Assert.Equal(ChaosOutcome.Aborted, result.Outcome);
        Assert.Contains("GET http://orders.test/orders/1 was answered with 404 NotFound", result.Errors[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", """ "arguments": { "a": 1, "b": "x y", "c": true } """, "http://orders.test/orders?a=1&b=x%20y&c=true", "", null)]
    [InlineData(
        "POST",
        """ "arguments": { "a": 1, "b": "x y" } """,
        "http://orders.test/orders",
        "a=1&b=x%20y",
        "application/x-www-form-urlencoded")]
    [InlineData(
        "POST",
        """ "arguments": { "a": [1, 2] }, "headers": { "Content-Type": "application/json" } """,
        "http://orders.test/orders",
        """{"a":[1,2]}""",
        "application/json")]
    [InlineData(
        "PUT", """ "arguments": "<a/>", "headers": { "Content-Type": "text/xml" } """, "http://orders.test/orders", "<a/>", "text/xml")]
    public async Task Arguments_become_a_query_a_form_or_a_body(string method, string fields, string uri, string body, string? type)
    {
        var clock = new VirtualTimeProvider();
        using var server = new ScriptedServer(script => script.Always(200), clock);
        using var runner = new ChaosExperimentRunner(clock, server);
        var experiment = ChaosExperiment.Parse($$"""
            {
              "title": "t", "description": "d",
              "method": [
                {
                  "type": "action", "name": "send",
                  "provider": { "type": "http", "url": "http://orders.test/orders", "method": "{{method}}", {{fields}} }
                }
              ]
            }
            """);

        var result = await clock.RunAsync(() => runner.RunAsync(experiment));

        Assert.Equal(ChaosOutcome.Held, result.Outcome);
        var sent = Assert.Single(server.Requests);
        Assert.Equal(uri, sent.Uri!.AbsoluteUri);
        Assert.Equal(body, sent.BodyText);
        Assert.Equal(type, sent.Headers.GetValueOrDefault("Content-Type"));
    }

    [Fact]
    public async Task The_success_rate_of_requests_of_its_own_counts_what_the_caller_sees()
    {
        var result = await RunAsync(
            script => script.Fail(1, 503).Reset().Then(404).Then(501).Hang().Always(200),
            new ChaosExperiment
            {
                Title = "t",
                Method = [ChaosProbe.SuccessRate("rate", ChaosTraffic.To(Request, calls: 10), ChaosTolerance.AtLeast(0.7))],
            });

        Assert.Equal(0.7, result.Method[0].Output!.GetValue<double>());
        Assert.Equal(ChaosOutcome.Held, result.Outcome);
    }

    [Fact]
    public async Task A_body_that_cannot_be_decompressed_is_a_call_that_failed()
    {
        var result = await RunAsync(
            script => script.Then(static _ => new HttpResponseMessage { Content = new UnreadableContent() }).Always(200),
            new ChaosExperiment
            {
                Title = "t",
                Method = [ChaosProbe.SuccessRate("rate", ChaosTraffic.To(Request, calls: 2), ChaosTolerance.AtLeast(0.5))],
            });

        Assert.Equal(0.5, result.Method[0].Output!.GetValue<double>());
    }

    [Fact]
    public async Task The_p95_is_the_duration_that_95_of_100_did_not_exceed()
    {
        var result = await RunAsync(
            script =>
            {
                for (var i = 1; i <= 20; i++)
                {
                    script.Slow(TimeSpan.FromMilliseconds(100 * i));
                }
            },
            new ChaosExperiment
            {
                Title = "t",
                Method = [ChaosProbe.P95Latency("p95", ChaosTraffic.To(Request, calls: 20), ChaosTolerance.AtMost(1.9))]
            });

        Assert.Equal(1.9, result.Method[0].Output!.GetValue<double>());
        Assert.True(result.Method[0].ToleranceMet);
    }

    [Fact]
    public async Task Requests_are_sent_with_the_given_concurrency()
    {
        var result = await RunAsync(
            script => script.Slow(TimeSpan.FromSeconds(1)).Always(),
            new ChaosExperiment
            {
                Title = "t",
                Method = [ChaosAction.SendRequests("load", ChaosTraffic.To(Request, calls: 20, concurrency: 5))]
            });

        Assert.Equal(TimeSpan.FromSeconds(4), result.Duration);
        Assert.Equal(20, result.Method[0].Output!["calls"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_step_that_needs_an_app_fails_without_one_with_a_clear_message()
    {
        var result = await RunAsync(
            script => script.Always(200),
            new ChaosExperiment
            {
                Title = "t",
                SteadyState = [ChaosProbe.CircuitState("circuit", "payments", ChaosTolerance.Equal("closed"))]
            });

        Assert.Contains("Use the runner that AddChaosExperiments() registers.", result.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_must_be_absolute() =>
        Assert.Throws<ArgumentException>(() => new ChaosHttpRequest(new Uri("/orders", UriKind.Relative)));

    private static async Task<ChaosExperimentResult> RunAsync(Action<ServerScript> script, ChaosExperiment experiment)
    {
        var clock = new VirtualTimeProvider();
        using var server = new ScriptedServer(script, clock);
        using var runner = new ChaosExperimentRunner(clock, server);
        return await clock.RunAsync(() => runner.RunAsync(experiment));
    }

    /// <summary>Says that it is compressed, and is not: .NET finds out when it is read.</summary>
    private sealed class UnreadableContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            throw new InvalidDataException("The archive entry was compressed using an unsupported compression method.");

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
