using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Chain;
using Resilience.Http.Endpoints;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Testing;
using Resilience.Http.Testing.Chance;
using Resilience.Http.Tests.Tracing;
using static Resilience.Http.Tests.Endpoints.EndpointFixture;

namespace Resilience.Http.Tests.Endpoints;

/// <summary>A send that is refused after its endpoint was chosen, by a stand-in for the limits that come between.</summary>
public sealed class RefusedSendTests : IDisposable
{
    private const string Name = "refused-sends";

    private readonly VirtualTimeProvider _clock = new();
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RecordedMetrics _metrics;
    private readonly ScriptedServer _server = new(s => s.Always(200));
    private readonly ServiceState _service;
    private readonly HttpMessageInvoker _client;
    private readonly Limit _limit;

    public RefusedSendTests()
    {
        var options = new ResilientHttpClientOptions { BaseAddress = new Uri("https://payments.internal/") };
        options.Retry.Budget.Capacity = 10;
        options.Endpoints.Addresses = [new(new Uri(A)), new(new Uri(B)), new(new Uri(C))];
        var meters = _meters.GetRequiredService<IMeterFactory>();
        _metrics = new RecordedMetrics(meters);
        _service = new(Name, new ResilienceRuntime(_clock, new SeededChance(3).Next, meterFactory: meters), options);
        _limit = new(_service);
        ResilienceHandler[] handlers = [.. ResilienceChain.HandlersFor(_service).SelectMany(
            handler => handler is EndpointHandler ? (ResilienceHandler[])[handler, _limit] : [handler])];
        for (var i = 0; i < handlers.Length - 1; i++)
        {
            handlers[i].InnerHandler = handlers[i + 1];
        }

        handlers[^1].InnerHandler = _server;
        _client = new(handlers[0]);
    }

    [Theory]
    [InlineData(HttpRejection.Throw, false)]
    [InlineData(HttpRejection.Respond, false)]
    [InlineData(HttpRejection.Throw, true)]
    [InlineData(HttpRejection.Respond, true)]
    public async Task A_refused_send_goes_to_the_next_endpoint_at_once_and_is_not_a_retry(HttpRejection how, bool afterWait)
    {
        (_limit.Refuses, _limit.How, _limit.Waits) = (uri => uri.Host != "c.internal", how, afterWait);
        var budget = Http.Retry.RetryBudget.GetOrCreate(_service).Available(_service.Options.Retry.Budget);
        for (var i = 0; i < 20; i++)
        {
            using var response = await SendAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.All(_server.Requests, static request => Assert.Equal("c.internal", request.Uri!.Host));
        Assert.Equal(_limit.Begun, _limit.Ended);
        Assert.True(_limit.Begun > 20);
        Assert.True(Http.Retry.RetryBudget.GetOrCreate(_service).Available(_service.Options.Retry.Budget) >= budget);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task If_all_endpoints_refuse_a_send_the_caller_gets_a_refusal(bool afterWait)
    {
        (_limit.Refuses, _limit.Waits) = (_ => true, afterWait);

        var refusal = await Assert.ThrowsAsync<LimitExceededException>(SendAsync);

        Assert.Equal(HttpLimit.Concurrency, refusal.Limit);
        Assert.Equal(3, _limit.Begun);
        Assert.Equal(3, _limit.Ended);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_refusal_that_another_endpoint_made_up_for_is_not_reported_as_unobserved()
    {
        var unobserved = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) =>
            unobserved += e.Exception.InnerException is LimitExceededException { ServiceName: "payments", Authority: "*" } ? 1 : 0;
        (_limit.Refuses, _limit.How) = (uri => uri.Host != "c.internal", HttpRejection.Throw);
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            for (var i = 0; i < 20; i++)
            {
                (await SendAsync()).Dispose();
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        Assert.Equal(0, unobserved);
    }

    [Fact]
    public async Task A_refused_send_holds_no_trial_slot_and_no_permit()
    {
        _limit.Refuses = uri => uri.Host == "a.internal";
        for (var i = 0; i < 20; i++)
        {
            using var response = await SendAsync();
        }

        var list = await EndpointLists.GetOrCreate(_service).FindAsync(new Uri("https://payments.internal/"), CancellationToken.None);
        Assert.All(list!.All.ToArray(), static endpoint => Assert.Equal(0, endpoint.State.InFlight));
    }

    [Fact]
    public void A_synchronous_send_goes_to_the_next_endpoint_too()
    {
        _limit.Refuses = uri => uri.Host != "c.internal";

        using var response = _client.Send(new(HttpMethod.Get, "https://payments.internal/orders"), CancellationToken.None);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task An_endpoint_whose_limit_is_used_up_is_not_chosen()
    {
        AuthorityStatusSources.GetOrCreate(_service).Add(new Full("a.internal"));
        _limit.Refuses = uri => uri.Host == "a.internal";
        for (var i = 0; i < 20; i++)
        {
            using var response = await SendAsync();
        }

        Assert.Equal(20, _limit.Begun);
    }

    [Fact]
    public async Task Each_failover_is_counted_and_is_an_event_on_the_span_of_the_call()
    {
        using var spans = new RecordedSpans(Name);
        _limit.Refuses = _ => _limit.Visited.Count <= 2; // Two refuse it, whichever they are.

        using var response = await SendAsync();

        string[] refused = [.. _limit.Visited[..2]];
        var events = spans.Single.Events.Where(static each => each.Name == "resilience.failover")
            .Select(static each => each.Tags.ToDictionary()).ToArray();
        Assert.Equal(refused, events.Select(static each => each["resilience.authority"]));
        Assert.All(events, static each => Assert.Equal("concurrency", each["resilience.reason"]));
        Assert.Equal(_limit.Visited[2], spans.Single.GetTagItem("resilience.authority"));
        var counted = _metrics.Of("resilience.http.endpoint.failovers");
        Assert.Equal(refused, counted.Select(static one => one.Tags["resilience.authority"]));
        Assert.All(counted, static one => Assert.Equal(
            (1, "concurrency", Name), (one.Value, one.Tags["resilience.reason"], one.Tags["resilience.service.name"])));
    }

    public void Dispose()
    {
        _client.Dispose();
        _metrics.Dispose();
        _meters.Dispose();
        _server.Dispose();
    }

    private Task<HttpResponseMessage> SendAsync() => _clock.RunAsync(() => _client.SendAsync(
        new(HttpMethod.Get, "https://payments.internal/orders"), CancellationToken.None));

    private sealed record Full(string Host) : IAuthorityStatusSource
    {
        public AuthorityAdmission GetAdmission(Uri uri, long now) =>
            uri.Host == Host ? new(AdmissionState.Refused, now) : AuthorityAdmission.Open;
    }

    private sealed class Limit(ServiceState service) : AttemptHandler(service)
    {
        public Func<Uri, bool> Refuses { get; set; } = static _ => false;

        public HttpRejection How { get; set; }

        public bool Waits { get; set; }

        public int Begun { get; private set; }

        /// <summary>The authorities that sends came for.</summary>
        public List<string> Visited { get; } = [];

        public int Ended { get; private set; }

        protected override Task<HttpResponseMessage> SendAttemptAsync(
            HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken)
        {
            Begun++;
            Visited.Add(Authority.From(request.RequestUri!));
            return !Refuses(request.RequestUri!) ? NextAsync(request, attempt, async, cancellationToken)
                : Waits ? RefuseLaterAsync(request, attempt)
                : Refuse(request, attempt);
        }

        protected override Task<HttpResponseMessage> OnEnded(
            Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt)
        {
            Ended++;
            return ended;
        }

        private async Task<HttpResponseMessage> RefuseLaterAsync(HttpRequestMessage request, AttemptContext attempt)
        {
            await Task.Yield();
            return await Refuse(request, attempt);
        }

        private Task<HttpResponseMessage> Refuse(HttpRequestMessage request, AttemptContext attempt) => attempt.Reject(
            request, new Rejection(), How);
    }

    private sealed record Rejection() : LimitRejection("payments", "*", HttpLimit.Concurrency, RetryAfter: null)
    {
        public override string Reason => "the limit is reached";
    }
}
