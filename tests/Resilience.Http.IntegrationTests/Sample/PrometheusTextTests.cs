using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using WebApi.Observability;

namespace Resilience.Http.IntegrationTests.Sample;

public sealed class PrometheusTextTests
{
    [Theory]
    [InlineData("circuit_breaker.state", "{breaker}", false, "circuit_breaker_state")]
    [InlineData("circuit_breaker.failures", "{attempt}", true, "circuit_breaker_failures_total")]
    [InlineData("circuit_breaker.rejections", "{attempt}", true, "circuit_breaker_rejections_total")]
    [InlineData("resilience.http.call.duration", "s", false, "resilience_http_call_duration_seconds")]
    [InlineData("process.memory", "By", false, "process_memory_bytes")]
    public void An_instrument_is_named_as_OpenTelemetry_names_it(string instrument, string unit, bool isCounter, string name) =>
        Assert.Equal(name, PrometheusText.NameOf(instrument, unit, isCounter));

    [Fact]
    public void Quote_backslash_and_newline_are_escaped_and_each_family_is_told_once()
    {
        var name = $"tests.{Guid.NewGuid():N}";
        using var meter = new Meter(name);
        using var reader = new PrometheusReader();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(name).AddReader(reader).Build();
        var counter = meter.CreateCounter<long>("shop.orders", "{order}", "Orders,\nby \\ article.");
        counter.Add(1, new KeyValuePair<string, object?>("article", "a \"tea\" \\ pot\nblue"));
        counter.Add(2, new KeyValuePair<string, object?>("article", "cup"));
        meter.CreateHistogram<double>("shop.wait", "s", "Waits.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] }).Record(0.7);

        Assert.Equal(
            """
            # HELP shop_orders_total Orders,\nby \\ article.
            # TYPE shop_orders_total counter
            shop_orders_total{article="a \"tea\" \\ pot\nblue"} 1
            shop_orders_total{article="cup"} 2
            # HELP shop_wait_seconds Waits.
            # TYPE shop_wait_seconds histogram
            shop_wait_seconds_bucket{le="0.5"} 0
            shop_wait_seconds_bucket{le="1"} 1
            shop_wait_seconds_bucket{le="+Inf"} 1
            shop_wait_seconds_sum 0.7
            shop_wait_seconds_count 1

            """,
            reader.Scrape());
    }
}
