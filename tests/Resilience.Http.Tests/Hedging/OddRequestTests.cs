using System.Net;
using System.Net.Http.Headers;

namespace Resilience.Http.Tests.Hedging;

/// <summary>Requests, handlers and edits that are rare and legitimate.</summary>
public sealed class OddRequestTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 206)]
    [InlineData("GET", 304)]
    [InlineData("OPTIONS", 204)]
    public async Task Each_send_of_a_conditional_or_partial_request_asks_for_the_same(string method, int status)
    {
        using var fixture = new HedgingFixture(server => server.Hang().Then(status));
        var request = new HttpRequestMessage(new(method), "charges/1");
        request.Headers.Range = new RangeHeaderValue(100, 199);
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"v1\""));
        request.Headers.Host = "payments.example";
        request.Headers.ConnectionClose = true;

        using var response = await fixture.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(["won"], fixture.Hedges);
        Assert.Equal(
            fixture.Server.Requests[0].Headers.OrderBy(static header => header.Key),
            fixture.Server.Requests[1].Headers.OrderBy(static header => header.Key));
    }

    [Fact]
    public async Task A_time_limit_of_the_request_applies_to_each_of_its_sends()
    {
        using var fixture = new HedgingFixture(
            server => server.Hang().Hang().Then(200), options => options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1));
        var request = new HttpRequestMessage(HttpMethod.Get, "charges/1").WithAttemptTimeout(TimeSpan.FromMilliseconds(300));

        using var response = await fixture.SendAsync(request);

        Assert.Equal(3, fixture.Server.Requests.Count);
        Assert.InRange(fixture.SentAt[2], 400, 410);
    }

    [Fact]
    public async Task A_gRPC_failure_of_one_send_does_not_win()
    {
        var first = new TaskCompletionSource<HttpResponseMessage>();
        using var fixture = new HedgingFixture(server => server.Then((_, _) => first.Task).Then(_ => GrpcAnswer("14")));
        var request = new HttpRequestMessage(HttpMethod.Post, "payments.Charges/Get") { Version = HttpVersion.Version20 };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Content = new ByteArrayContent([0, 0, 0, 0, 0]);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        var call = fixture.Http.SendAsync(request.AllowHedging(), TestContext.Current.CancellationToken);
        fixture.Clock.Advance(HedgingFixture.Delay);
        Assert.Equal(2, fixture.Server.Requests.Count);
        first.SetResult(GrpcAnswer("0"));
        using var response = await call.WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(["0"], response.Headers.GetValues("grpc-status"));
        Assert.Equal(["failed"], fixture.Hedges);
    }

    [Fact]
    public async Task An_edit_that_turns_hedging_off_counts_from_the_next_call_on()
    {
        using var fixture = new HedgingFixture(server => server.Slow(TimeSpan.FromMilliseconds(200)).Always());

        var call = fixture.Http.GetAsync("charges/1", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var options = fixture.Service.Options.Copy();
        options.Edition++;
        options.Hedging.Enabled = false;
        fixture.Service.Use(options);
        fixture.Clock.Advance(TimeSpan.FromMilliseconds(200));
        (await call).Dispose();
        (await fixture.GetAsync()).Dispose();

        Assert.Equal([0, 100, 200], fixture.SentAt);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.Conflict)]
    public async Task One_response_that_a_handler_gives_to_both_sends_is_not_disposed(HttpStatusCode status)
    {
        var content = new StringContent("shared");
        var shared = new TaskCompletionSource<HttpResponseMessage>();
        using var fixture = new HedgingFixture(server => server.Then((_, _) => shared.Task).Then((_, _) => shared.Task));

        var call = fixture.Http.GetAsync("charges/1", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        fixture.Clock.Advance(HedgingFixture.Delay);
        shared.SetResult(new(status) { Content = content });
        using var response = await call.WaitAsync(Patience, TestContext.Current.CancellationToken);

        fixture.WaitForLosers();
        Assert.Equal("shared", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_handler_that_throws_at_once_in_the_hedge_does_not_end_the_call()
    {
        using var fixture = new HedgingFixture(
            server => server.Slow(TimeSpan.FromMilliseconds(300)).Always(), inside: new ThrowsAtTheSecondSend());

        using var response = await fixture.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["failed"], fixture.Hedges);
    }

    [Fact]
    public async Task A_hedge_sees_the_callers_async_locals()
    {
        var inside = new ReadsAmbientUser();
        using var fixture = new HedgingFixture(server => server.Hang().Then(200), inside: inside);
        ReadsAmbientUser.User.Value = "caller";

        using var response = await fixture.GetAsync();

        Assert.Equal(["caller", "caller"], inside.Seen);
    }

    [Fact]
    public async Task A_handler_outside_the_chain_may_send_again_after_the_losers_have_ended()
    {
        using var fixture = new HedgingFixture(
            server => server.Hang().Then(HttpStatusCode.Unauthorized).Then(200), options => options.Deadline.Propagate = true);
        using var client = new HttpClient(new SignsIn(fixture) { InnerHandler = fixture.Handler });

        using var response = await fixture.Clock.RunAsync(() => client.GetAsync(
            new Uri("https://payments.internal/"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Bearer new", fixture.Server.Requests[2].Headers["Authorization"]);
        Assert.Equal(fixture.Server.Requests[0].Headers["X-Deadline-Ms"], fixture.Server.Requests[2].Headers["X-Deadline-Ms"]);
    }

    private static HttpResponseMessage GrpcAnswer(string status)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Version = HttpVersion.Version20, Content = new ByteArrayContent([]) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        response.Headers.Add("grpc-status", status);
        return response;
    }

    private sealed class ThrowsAtTheSecondSend : DelegatingHandler
    {
        private int _sends;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            ++_sends == 2 ? throw new InvalidOperationException("no second send") : base.SendAsync(request, cancellationToken);
    }

    private sealed class ReadsAmbientUser : DelegatingHandler
    {
        public static readonly AsyncLocal<string?> User = new();

        public List<string?> Seen { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen.Add(User.Value);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class SignsIn(HedgingFixture fixture) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode != HttpStatusCode.Unauthorized)
            {
                return response;
            }

            response.Dispose();
            fixture.WaitForLosers();
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "new");
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
