using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Deadlines;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.AspNetCore;

/// <summary>The deadline of a request while it is handled, and after it.</summary>
public sealed class RequestDeadlineTests : IDisposable
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly ServiceProvider _services;
    private TimeSpan? _left;

    public RequestDeadlineTests() => _services =
        new ServiceCollection().AddMetrics().AddSingleton<TimeProvider>(_clock).BuildServiceProvider();

    [Fact]
    public async Task A_request_deadline_is_in_force_while_the_request_is_handled()
    {
        await Pipeline(_ => { }, Note)(Request("1500"));

        Assert.Equal(TimeSpan.FromMilliseconds(1_500), _left);
        Assert.Null(Left());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("-5")]
    [InlineData("soon")]
    public async Task A_request_without_a_readable_deadline_header_has_no_deadline(string? value)
    {
        await Pipeline(_ => { }, Note)(Request(value));

        Assert.Null(_left);
    }

    [Fact]
    public async Task Work_that_flows_out_of_the_request_is_bound_until_the_request_ends()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<(TimeSpan?, TimeSpan?)>? work = null;
        await Pipeline(_ => { }, _ =>
        {
            work = WorkAsync();
            return Task.CompletedTask;
        })(Request("1500"));
        ended.SetResult();

        Assert.Equal((TimeSpan.FromMilliseconds(1_500), null), await work!);

        async Task<(TimeSpan?, TimeSpan?)> WorkAsync()
        {
            var during = Left();
            await ended.Task;
            return (during, Left());
        }
    }

    [Fact]
    public async Task A_request_deadline_ends_with_a_request_that_throws()
    {
        AmbientDeadline? deadline = null;
        var pipeline = Pipeline(_ => { }, _ =>
        {
            deadline = AmbientDeadline.Current;
            throw new InvalidOperationException("broken");
        });

        await Assert.ThrowsAsync<InvalidOperationException>(() => pipeline(Request("1500")));

        AmbientDeadline.Exchange(deadline);
        Assert.Null(AmbientDeadline.Current);
    }

    [Fact]
    public async Task A_request_deadline_never_extends_an_outer_deadline()
    {
        using (ResilienceDeadline.Begin(TimeSpan.FromSeconds(1), _clock))
        {
            await Pipeline(_ => { }, Note)(Request("60000"));
        }

        Assert.Equal(TimeSpan.FromSeconds(1), _left);
    }

    [Fact]
    public async Task The_name_of_the_header_is_an_option()
    {
        var request = Request("1500");
        request.Request.Headers["Time-Left"] = "700";

        await Pipeline(options => options.Header = "Time-Left", Note)(request);

        Assert.Equal(TimeSpan.FromMilliseconds(700), _left);
    }

    [Fact]
    public async Task The_maximum_applies_to_every_request()
    {
        await Pipeline(options => options.Maximum = TimeSpan.FromSeconds(2), Note)(Request(null));

        Assert.Equal(TimeSpan.FromSeconds(2), _left);
    }

    [Theory]
    [InlineData("5000", 2000)]
    [InlineData("700", 700)]
    [InlineData("-1", 2000)]
    public async Task The_maximum_bounds_what_the_header_says(string header, double milliseconds)
    {
        await Pipeline(options => options.Maximum = TimeSpan.FromSeconds(2), Note)(Request(header));

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), _left);
    }

    [Fact]
    public async Task An_endpoint_that_opted_out_has_no_deadline()
    {
        var request = Request("1500");
        request.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new DisableRequestDeadlineAttribute()), "long"));

        await Pipeline(options => options.Maximum = TimeSpan.FromSeconds(2), Note)(request);

        Assert.Null(_left);
    }

    [Theory]
    [InlineData(101, null, true)]
    [InlineData(200, "text/event-stream", true)]
    [InlineData(200, "text/event-stream; charset=utf-8", true)]
    [InlineData(200, "application/json", false)]
    [InlineData(200, "application/grpc", false)]
    public async Task A_stream_is_not_bound_after_its_response_has_started(int status, string? type, bool isFree)
    {
        var response = new StartableResponse();
        var request = Request("1500");
        request.Features.Set<IHttpResponseFeature>(response);
        TimeSpan? before = null;
        await Pipeline(_ => { }, async context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, type);
            before = Left();
            await response.BeginAsync();
            await Note(context);
        })(request);

        Assert.Equal(TimeSpan.FromMilliseconds(1_500), before);
        Assert.Equal(isFree ? null : TimeSpan.FromMilliseconds(1_500), _left);
    }

    [Fact]
    public async Task A_field_that_cannot_be_read_is_counted_once_a_request()
    {
        using var metrics = new RecordedMetrics(_services.GetRequiredService<IMeterFactory>());
        var request = Request("soon, later");
        request.Request.Headers["grpc-timeout"] = "-1S";

        await Pipeline(_ => { }, Note)(request);
        await Pipeline(_ => { }, Note)(Request("1500"));

        Assert.Equal(
            ["X-Deadline-Ms", "grpc-timeout"],
            metrics.Of("resilience.http.deadlines.malformed").Select(measured => measured.Tags["resilience.deadline.field"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(86_400_001)]
    public void A_maximum_out_of_its_range_is_refused(int milliseconds) => Assert.Throws<ArgumentOutOfRangeException>(
        () => Pipeline(options => options.Maximum = TimeSpan.FromMilliseconds(milliseconds), Note));

    [Theory]
    [InlineData("")]
    [InlineData("Two Words")]
    [InlineData("Content-Length")]
    public void What_is_not_the_name_of_a_request_header_is_refused(string header) => Assert.Throws<ArgumentException>(
        () => Pipeline(options => options.Header = header, Note));

    public void Dispose() => _services.Dispose();

    private static DefaultHttpContext Request(string? value)
    {
        var context = new DefaultHttpContext();
        if (value is not null)
        {
            context.Request.Headers["X-Deadline-Ms"] = value;
        }

        return context;
    }

    private RequestDelegate Pipeline(Action<RequestDeadlineOptions> configure, RequestDelegate handle)
    {
        var app = new ApplicationBuilder(_services);
        app.UseRequestDeadline(configure);
        app.Run(handle);
        return app.Build();
    }

    private Task Note(HttpContext context)
    {
        _left = Left();
        return Task.CompletedTask;
    }

    private TimeSpan? Left() => AmbientDeadline.Current is { } deadline
        ? _clock.GetElapsedTime(_clock.GetTimestamp(), deadline.ExpiresAt(_clock, _clock.GetTimestamp()))
        : null;

    /// <summary>A response whose start calls what was registered for it, as that of a server does.</summary>
    private sealed class StartableResponse : HttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Callback, object State)> _callbacks = [];

        public override void OnStarting(Func<object, Task> callback, object state) => _callbacks.Push((callback, state));

        public async Task BeginAsync()
        {
            while (_callbacks.TryPop(out var registered))
            {
                await registered.Callback(registered.State);
            }
        }
    }
}
