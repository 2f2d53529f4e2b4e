using System.Diagnostics;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Timeouts;

public sealed class TimeoutTelemetryTests : IDisposable
{
    private readonly TimeoutWorld _world = new(o =>
    {
        o.TotalTimeout = TimeSpan.FromSeconds(3);
        o.AttemptTimeout = TimeSpan.FromSeconds(2);
    });

    [Fact]
    public async Task Each_limit_that_runs_out_is_counted_by_service_and_scope()
    {
        using var metrics = new RecordedMetrics(_world.Meters);
        _world.Probe.Attempts = 2;

        await _world.TimesOutAsync(_world.Server(s => s.Hang(2)));

        var counted = metrics.Of("resilience.http.timeouts");
        Assert.Equal(["attempt", "total"], counted.Select(measured => measured.Tags["resilience.timeout.scope"]));
        Assert.All(counted, measured =>
        {
            Assert.Equal(1, measured.Value);
            Assert.Equal("{timeout}", measured.Unit);
            Assert.Equal("payments", measured.Tags["resilience.service.name"]);
        });
    }

    [Theory]
    [InlineData(TimeoutScope.Total, "total")]
    [InlineData(TimeoutScope.Attempt, "attempt")]
    [InlineData(TimeoutScope.Body, "body")]
    public void Every_scope_has_its_text(TimeoutScope scope, string text) => Assert.Equal(text, scope.Text());

    [Fact]
    public void No_scope_of_a_timeout_is_left_without_a_text() =>
        Assert.All(Enum.GetValues<TimeoutScope>(), scope => Assert.NotEmpty(scope.Text()));

    [Fact]
    public async Task The_span_of_the_call_gets_an_event()
    {
        using var span = new Activity("GET payments").Start();
        var server = _world.Server(script => script.Then(async (_, token) =>
        {
            _world.Probe.Context!.Span = span;
            await Task.Delay(Timeout.InfiniteTimeSpan, _world.Clock, token);
            return new HttpResponseMessage();
        }).Always());

        await _world.TimesOutAsync(server);

        var told = Assert.Single(span.Events);
        Assert.Equal("resilience.timeout", told.Name);
        Assert.Equal([new("resilience.timeout.scope", "attempt")], told.Tags);
    }

    [Fact]
    public async Task An_attempt_timeout_is_not_logged_by_itself_but_among_the_reasons_of_the_call()
    {
        _world.Probe.Attempts = 2;

        await _world.SendAsync(_world.Server(s => s.Hang().Then(200)));

        Assert.Empty(_world.Log.All);
    }

    [Fact]
    public async Task A_call_that_succeeds_at_once_logs_nothing()
    {
        await _world.SendAsync(_world.Server(s => s.Then(200)));

        Assert.Empty(_world.Log.All);
    }

    [Fact]
    public async Task User_info_path_and_query_are_not_reported()
    {
        var exception = await _world.TimesOutAsync(_world.Server(s => s.Hang()));

        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
        Assert.All(_world.Log.All, line => Assert.DoesNotContain("secret", line.Text, StringComparison.Ordinal));
    }

    public void Dispose() => _world.Dispose();
}
