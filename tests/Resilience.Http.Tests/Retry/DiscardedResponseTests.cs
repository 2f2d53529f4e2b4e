using System.Net;
using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests.Retry;

public sealed class DiscardedResponseTests
{
    private readonly List<CountedResponse> _made = [];

    [Fact]
    public async Task A_discarded_response_is_disposed_once_and_the_returned_one_never()
    {
        using var world = new RetryFixture(script => script.Then(Unavailable).Then(Unavailable).Then(_ => Make(HttpStatusCode.OK)));

        var response = await world.GetAsync();

        Assert.Same(_made[2], response);
        Assert.Equal([1, 1, 0], _made.Select(made => made.Disposals));
    }

    [Fact]
    public async Task If_the_last_attempt_fails_too_its_response_is_returned_whole()
    {
        using var world = new RetryFixture(script => script.Then(Unavailable).Then(Unavailable).Then(Unavailable).Then(Unavailable));

        var response = await world.GetAsync();

        Assert.Same(_made[3], response);
        Assert.Equal([1, 1, 1, 0], _made.Select(made => made.Disposals));
        Assert.Equal("sorry", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_discarded_response_is_disposed_before_the_wait_to_free_its_connection()
    {
        using var world = new RetryFixture(script => script.Then(Unavailable).Then(200));
        var disposedDuringWait = 0;

        using var response = await world.Clock.RunAsync(async () =>
        {
            await using var timer = world.Clock.CreateTimer(
                _ => disposedDuringWait = _made[0].Disposals, null, TimeSpan.FromMilliseconds(100), Timeout.InfiniteTimeSpan);
            return await world.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead);
        });

        Assert.Equal(1, disposedDuringWait);
    }

    [Fact]
    public async Task A_call_cancelled_while_it_waits_leaks_nothing()
    {
        using var caller = new CancellationTokenSource();
        using var world = new RetryFixture(script => script.Then(Unavailable));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.GetAsync(caller, TimeSpan.FromMilliseconds(100)));

        Assert.Equal(1, Assert.Single(_made).Disposals);
    }

    [Fact]
    public async Task A_disposal_that_throws_does_not_stop_the_call()
    {
        var fault = new InvalidOperationException("disposal");
        using var world = new RetryFixture(script => script.Then(_ => Make(HttpStatusCode.ServiceUnavailable, fault)).Then(200));

        using var response = await world.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var warning = Assert.Single(world.Log.Of("DisposalFailed"));
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Same(fault, warning.Exception);
    }

    [Fact]
    public async Task A_ClassifyOutcome_that_throws_on_each_attempt_leaks_nothing()
    {
        using var world = new RetryFixture(
            script => script.Then(Unavailable).Then(_ => Make(HttpStatusCode.OK)),
            options => options.ClassifyOutcome = _ => throw new InvalidOperationException());

        var response = await world.GetAsync();

        Assert.Same(_made[1], response);
        Assert.Equal([1, 0], _made.Select(made => made.Disposals));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_caller_gets_the_response_if_the_request_is_disposed_before_the_call_ends(bool body)
    {
        using var world = new RetryFixture(
            script => script.Slow(TimeSpan.FromSeconds(1), HttpStatusCode.ServiceUnavailable),
            options => options.Retry.Budget.MinRetriesPerSecond = 0);

        using var response = await world.Clock.RunAsync(() =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "1") { Content = body ? new StringContent("text") : null };
            return world.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead); // the await that many forget
        });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Single(world.Server.Requests);
        Assert.Equal(["request_disposed"], world.Suppressed());
        Assert.Equal(10, world.Budget);
    }

    [Fact]
    public async Task The_caller_gets_the_response_if_a_one_time_body_is_disposed_with_its_request()
    {
        using var world = new RetryFixture(script => script.Slow(TimeSpan.FromSeconds(1)));

        using var response = await world.Clock.RunAsync(() =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "1") { Content = new StreamContent(new OneShotStream([1])) };
            return world.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_caller_gets_the_response_if_an_inner_handler_disposes_the_body()
    {
        var compressing = new ChangingHandler(request =>
        {
            using var plain = request.Content!;
            request.Content = new StringContent(new StreamReader(plain.ReadAsStream()).ReadToEnd());
        });
        using var world = new RetryFixture(script => script.Always(503), inside: compressing);

        using var response = await world.SendAsync(new(HttpMethod.Put, "1") { Content = new StringContent("text") });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(["request_disposed"], world.Suppressed());
    }

    [Fact]
    public async Task The_caller_gets_the_response_if_a_multipart_body_is_disposed_during_the_call()
    {
        using var world = new RetryFixture(
            script => script.Slow(TimeSpan.FromSeconds(1), HttpStatusCode.ServiceUnavailable),
            options => options.Retry.Budget.MinRetriesPerSecond = 0);

        using var response = await world.Clock.RunAsync(() =>
        {
            using var form = new MultipartFormDataContent { { new StringContent("text"), "field" } };
            return world.Http.PutAsync("1", form); // the await that many forget
        });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(["request_disposed"], world.Suppressed());
        Assert.Equal(10, world.Budget);
    }

    [Fact]
    public async Task The_caller_gets_the_response_if_an_inner_handler_disposes_a_one_time_body()
    {
        var compressing = new ChangingHandler(request =>
        {
            using var plain = request.Content!;
            var copy = new MemoryStream();
            plain.CopyTo(copy, null, CancellationToken.None);
            request.Content = new ByteArrayContent(copy.ToArray());
        });
        using var world = new RetryFixture(script => script.Always(503), inside: compressing);

        using var response = await world.SendAsync(new(HttpMethod.Put, "1") { Content = new StreamContent(new OneShotStream([1, 2, 3])) });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(["request_disposed"], world.Suppressed());
    }

    [Fact]
    public async Task The_caller_gets_the_response_if_an_inner_handler_disposes_the_bodys_stream()
    {
        var signing = new ChangingHandler(request =>
        {
            using var reader = new StreamReader(request.Content!.ReadAsStream());
            request.Headers.Add("X-Length", $"{reader.ReadToEnd().Length}");
        });
        using var world = new RetryFixture(script => script.Always(503), inside: signing);
        var body = new StringContent("text");

        using var response = await world.SendAsync(new(HttpMethod.Put, "1") { Content = body });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("text/plain; charset=utf-8", body.Headers.ContentType?.ToString()); // It is the caller's, who may send it again.
        Assert.Equal(["request_disposed"], world.Suppressed());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_disposed_during_the_wait_is_not_repeated(bool throws)
    {
        using var world = new RetryFixture(
            script => _ = throws ? script.Reset().Always(200) : script.Fail(1, 503).Always(200),
            options => options.Retry.Budget.MinRetriesPerSecond = 0);

        var thrown = await Record.ExceptionAsync(() => world.Clock.RunAsync(() =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "1");
            return world.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }));

        Assert.IsType(throws ? typeof(HttpRequestException) : typeof(ObjectDisposedException), thrown);
        Assert.Single(world.Server.Requests);
        Assert.Equal(0, world.Retried());
        Assert.Equal(10, world.Budget);
        Assert.Equal(["request_disposed"], world.Suppressed());
        Assert.Equal("request_disposed", Assert.Single(world.Log.Of("CallFailed")).Fields["StopReason"]);
    }

    private CountedResponse Unavailable(HttpRequestMessage request) => Make(HttpStatusCode.ServiceUnavailable);

    private CountedResponse Make(HttpStatusCode status, Exception? fault = null)
    {
        var response = new CountedResponse(status, fault) { Content = new StringContent("sorry") };
        _made.Add(response);
        return response;
    }

    private sealed class CountedResponse(HttpStatusCode status, Exception? fault) : HttpResponseMessage(status)
    {
        public int Disposals { get; private set; }

        protected override void Dispose(bool disposing)
        {
            Disposals++;
            base.Dispose(disposing);
            if (fault is not null)
            {
                throw fault;
            }
        }
    }
}
