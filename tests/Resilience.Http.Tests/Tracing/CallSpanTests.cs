using System.Diagnostics;
using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Tracing;

public sealed class CallSpanTests : IDisposable
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly string _name = $"payments-{Guid.NewGuid():N}";
    private readonly RecordedSpans _spans;

    public CallSpanTests() => _spans = new RecordedSpans(_name);

    public void Dispose() => _spans.Dispose();

    [Fact]
    public async Task A_call_leaves_one_internal_span_named_by_method_and_service()
    {
        await GetAsync(script => script.Always(200));

        Assert.Equal(
            ($"GET {_name}", ActivityKind.Internal, ActivityStatusCode.Unset),
            (_spans.Single.DisplayName, _spans.Single.Kind, _spans.Single.Status));
        Assert.Equal("success", _spans.Single.GetTagItem("resilience.outcome"));
        Assert.Equal(1, _spans.Single.GetTagItem("resilience.attempts"));
        Assert.Null(_spans.Single.GetTagItem("error.type"));
    }

    [Theory]
    [InlineData("get", "GET")]
    [InlineData("PROPFIND", "PROPFIND")]
    [InlineData("BREW-17", "HTTP")]
    public async Task A_span_has_the_method_as_it_is_sent_and_HTTP_for_one_that_is_not_registered(string method, string shown)
    {
        await GetAsync(script => script.Always(200), request => request.Method = new HttpMethod(method));

        Assert.Equal($"{shown} {_name}", _spans.Single.DisplayName);
    }

    [Fact]
    public async Task WithOperationName_names_the_span()
    {
        await GetAsync(script => script.Always(200), request => request.WithOperationName("capture payment"));

        Assert.Equal("capture payment", _spans.Single.DisplayName);
    }

    [Fact]
    public async Task A_404_is_a_success()
    {
        await GetAsync(script => script.Always(404));

        Assert.Equal("success", _spans.Single.GetTagItem("resilience.outcome"));
    }

    [Fact]
    public async Task A_status_that_failed_in_the_end_is_an_error_with_its_code()
    {
        await GetAsync(script => script.Always(503), request => request.NoRetry());

        Assert.Equal(("failure", "503", ActivityStatusCode.Error), Told());
    }

    [Fact]
    public async Task An_exception_is_an_error_with_its_type()
    {
        await GetAsync(script => script.Refuse().Always(), request => request.NoRetry());

        Assert.Equal(("failure", "connection_error", ActivityStatusCode.Error), Told());
    }

    [Fact]
    public async Task A_timeout_is_reported_as_such_with_its_event()
    {
        await GetAsync(script => script.Hang().Always(), request => request.NoRetry());

        Assert.Equal(("timeout", typeof(RequestTimedOutException).FullName, ActivityStatusCode.Error), Told());
        Assert.Contains(_spans.Single.Events, told => told.Name == "resilience.timeout");
    }

    [Fact]
    public async Task The_callers_cancellation_is_not_an_error()
    {
        using var caller = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);

        await GetAsync(script => script.Hang().Always(), token: caller.Token);

        Assert.Equal(("canceled", null, ActivityStatusCode.Unset), Told());
    }

    [Fact]
    public async Task An_answer_of_a_fallback_is_not_an_error_and_its_cause_stays_visible()
    {
        await GetAsync(
            script => script.Always(503), request => request.NoRetry(), options => options.Fallback.StatusCode = HttpStatusCode.OK);

        Assert.Equal(("fallback", null, ActivityStatusCode.Unset), Told());
        var told = Assert.Single(_spans.Single.Events, told => told.Name == "resilience.fallback");
        Assert.Equal("503 ServiceUnavailable", told.Tags.Single(tag => tag.Key == "resilience.failure").Value);
    }

    [Fact]
    public async Task With_tracing_switched_off_there_is_no_span()
    {
        await GetAsync(script => script.Always(200), configure: options => options.Tracing.Enabled = false);

        Assert.Throws<Xunit.Sdk.SingleException>(() => _spans.Single);
    }

    [Fact]
    public async Task The_callers_current_activity_is_what_it_was()
    {
        using var client = new ChainClient(new ScriptedServer(script => script.Always(200), _clock), clock: _clock, name: _name);
        using var caller = new Activity("caller").Start();

        using var response = await client.Http.GetAsync("", CancellationToken.None);

        Assert.Same(caller, Activity.Current);
        Assert.Equal(caller.SpanId, _spans.Single.ParentSpanId);
    }

    [Fact]
    public void The_callers_activity_is_restored_after_a_synchronous_call_and_after_a_failure()
    {
        using var client = new ChainClient(
            new ScriptedServer(
                script => script.Then(200).Then(static HttpResponseMessage (_) => throw new InvalidOperationException()),
                _clock), clock: _clock, name: _name);
        using var caller = new Activity("caller").Start();

        client.Http.Send(new HttpRequestMessage(HttpMethod.Get, "")).Dispose();
        Assert.Same(caller, Activity.Current);

        Assert.Throws<InvalidOperationException>(() => client.Http.Send(new HttpRequestMessage(HttpMethod.Get, "")));
        Assert.Same(caller, Activity.Current);
    }

    [Fact]
    public async Task The_callers_current_activity_is_what_it_was_while_a_call_runs()
    {
        // No HttpClient: its own asynchronous method would hide what a handler leaves behind.
        using var handler = ResilientHttpHandler.Create(
            _name, new(), new ScriptedServer(script => script.Slow(TimeSpan.FromSeconds(1)), _clock), _clock);
        using var invoker = new HttpMessageInvoker(handler);
        using var caller = new Activity("caller").Start();

        var call = invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/"), CancellationToken.None);

        Assert.Same(caller, Activity.Current);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await call).Dispose();
        Assert.Equal(caller.SpanId, _spans.Single.ParentSpanId);
    }

    [Fact]
    public async Task The_callers_activity_is_what_it_was_if_the_flow_of_its_context_is_suppressed()
    {
        using var handler = ResilientHttpHandler.Create(
            _name, new(), new ScriptedServer(script => script.Always(200), _clock), _clock);
        using var invoker = new HttpMessageInvoker(handler);
        using var caller = new Activity("caller").Start();
        Activity? after;
        Task<HttpResponseMessage> call;
        using (ExecutionContext.SuppressFlow())
        {
            call = invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/"), CancellationToken.None);
            after = Activity.Current;
        }

        Assert.Same(caller, after);
        (await call).Dispose();
        Assert.Equal(caller.SpanId, _spans.Single.ParentSpanId);
    }

    [Fact]
    public async Task While_a_call_runs_its_span_shows_how_many_requests_were_sent()
    {
        string? shown = null;
        await GetAsync(script => script
            .Then(_ =>
            {
                shown = Activity.Current?.GetTagItem("resilience.attempts")?.ToString();
                return new HttpResponseMessage(HttpStatusCode.OK);
            })
            .Always());

        Assert.Equal("0", shown); // The handler in memory has no span of its own that would be counted.
        Assert.Equal(1, _spans.Single.GetTagItem("resilience.attempts"));
    }

    [Fact]
    public void A_synchronous_call_leaves_the_same_span()
    {
        using var client = new ChainClient(new ScriptedServer(script => script.Always(200), _clock), clock: _clock, name: _name);

        client.Http.Send(new HttpRequestMessage(HttpMethod.Get, ""), CancellationToken.None).Dispose();

        Assert.Equal("success", _spans.Single.GetTagItem("resilience.outcome"));
    }

    private (object?, object?, ActivityStatusCode) Told() =>
        (_spans.Single.GetTagItem("resilience.outcome"), _spans.Single.GetTagItem("error.type"), _spans.Single.Status);

    private async Task GetAsync(
        Action<ServerScript> script,
        Action<HttpRequestMessage>? change = null,
        Action<ResilientHttpClientOptions>? configure = null,
        CancellationToken token = default)
    {
        using var client = new ChainClient(new ScriptedServer(script, _clock), configure, _clock, name: _name);
        var request = new HttpRequestMessage(HttpMethod.Get, "");
        change?.Invoke(request);
        await _clock.RunAsync(
            () => client.Http.SendAsync(request, token).ContinueWith(static sent => _ = sent.Exception, TaskScheduler.Default));
    }
}
