using System.Net;
using System.Text;
using OutageDemo.Downstreams;

namespace Resilience.Http.IntegrationTests.Sample;

/// <summary>The endpoints that switch faults, and their answers to wrong requests.</summary>
public sealed class DownstreamTests(DownstreamTests.Running running) : IClassFixture<DownstreamTests.Running>
{
    public static TheoryData<Fault> Faults => [.. Enum.GetValues<Fault>()];

    private HttpClient Api => running.App.Api;

    [Theory, MemberData(nameof(Faults))]
    public async Task Every_fault_is_switched_by_its_name(Fault fault)
    {
        var name = fault.ToString().ToLowerInvariant();

        var (status, view) = await Api.PostJsonAsync("downstreams/recommendations/fault", new { fault = name });

        Assert.Equal((HttpStatusCode.OK, "recommendations"), (status, view.Text("service")));
        Assert.StartsWith(name, view.Text("fault"), StringComparison.Ordinal);
        Assert.Equal(fault, running.App.Downstreams.Find("recommendations")!.Fault.Fault);
    }

    [Fact]
    public async Task The_parameters_of_a_fault_are_applied()
    {
        await Api.PostJsonAsync(
            "downstreams/inventory/fault", new { fault = "flaky", share = 0.25, delaySeconds = 1.5, retryAfterSeconds = 9 });

        Assert.Equal(
            new FaultSetting(Fault.Flaky) { Share = 0.25, Delay = TimeSpan.FromSeconds(1.5), RetryAfter = TimeSpan.FromSeconds(9) },
            running.App.Downstreams.Find("inventory")!.Fault);
    }

    [Fact]
    public async Task What_reached_each_service_is_listed()
    {
        var before = await RequestsToPaymentsAsync();
        Assert.Equal(HttpStatusCode.Created, (await Api.PlaceOrderAsync()).Status);

        Assert.Equal(before + 1, await RequestsToPaymentsAsync());

        async Task<int> RequestsToPaymentsAsync() =>
            (await Api.GetJsonAsync("downstreams")).Body[1].GetProperty("requests").GetInt32();
    }

    [Theory]
    [InlineData("downstreams/paymens/fault", """{"fault":"down"}""", 404, "Unknown service 'paymens'. Known services: inventory, " +
        "payments, recommendations.")]
    [InlineData("downstreams/payments/fault", """{"fault":"dwn"}""", 400, "Unknown fault 'dwn'. Known faults: ok, down, stopped, flaky, " +
        "slow, hang, reset, throttled, stall.")]
    [InlineData("downstreams/payments/fault", """{"fault":"1"}""", 400, "Unknown fault '1'.")]
    [InlineData("downstreams/payments/fault", "down", 400, "'d' is an invalid start of a value.")]
    [InlineData("downstreams/payments/fault", "", 400, "body")]
    [InlineData("downstreams/payments/fault", "{}", 400, "'fault'")]
    [InlineData("orders", """{"sku":"tea","quantity":"2"}""", 400, "$.quantity")]
    [InlineData("orders", """{"sku":null}""", 400, "$.sku")]
    [InlineData("resilience/circuits/paymens/isolate", """{"reason":"x"}""", 404, "'paymens' has no circuit.")]
    [InlineData("nowhere", "{}", 404, "GET / lists what to try.")]
    public async Task The_problem_details_of_a_wrong_request_name_the_mistake(string path, string body, int expected, string detail)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var response = await Api.PostAsync(path, content);
        var type = response.Content.Headers.ContentType?.MediaType;
        var (status, problem) = await Json.ReadAsync(response);

        Assert.Equal((expected, "application/problem+json"), ((int)status, type));
        Assert.Contains(detail, problem.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("downstreams/payments/fault", """{"fault":"flaky","share":1.5}""", "Share")]
    [InlineData("downstreams/payments/fault", """{"fault":"slow","delaySeconds":-1}""", "DelaySeconds")]
    [InlineData("orders", """{"sku":"tea","quantity":101}""", "Quantity")]
    [InlineData("orders", """{"sku":""}""", "Sku")]
    [InlineData("resilience/circuits/payments/isolate", """{"reason":"x","durationSeconds":0}""", "DurationSeconds")]
    public async Task A_value_out_of_range_is_named(string path, string body, string member)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var (status, problem) = await Json.ReadAsync(await Api.PostAsync(path, content));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(problem.GetProperty("errors").TryGetProperty(member, out _), problem.ToString());
    }

    [Fact]
    public async Task A_body_without_the_JSON_content_type_gets_advice()
    {
        using var content = new FormUrlEncodedContent([new("fault", "down")]);

        var (status, problem) = await Json.ReadAsync(await Api.PostAsync("downstreams/payments/fault", content));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Contains("curl --json", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_document_names_every_endpoint()
    {
        var (_, document) = await Api.GetJsonAsync("openapi/v1.json");

        Assert.Equal(
            [
                "/downstreams", "/downstreams/{service}/fault", "/orders", "/orders/{id}", "/reports/stock",
                "/resilience/circuits", "/resilience/circuits/{service}/isolate", "/resilience/circuits/{service}/reset",
            ],
            document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_root_page_shows_what_to_try()
    {
        var text = await Api.GetStringAsync("/");

        Assert.Contains($"curl {Api.BaseAddress}orders --json", text, StringComparison.Ordinal);
    }

    /// <summary>One running sample for all of these: none of them depends on another.</summary>
    public sealed class Running : IAsyncLifetime
    {
        internal SampleApp App { get; } = SampleApp.Start();

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
