using System.Net;
using Resilience.Http.Tests.Grpc;

namespace Resilience.Http.Tests.Deadlines;

/// <summary>What a request says of the time that is left for its answer.</summary>
public sealed class OutgoingDeadlineTests
{
    [Fact]
    public async Task Each_send_carries_what_is_left_at_that_send()
    {
        using var world = new DeadlineFixture(script => script.Fail(2, 503).Slow(TimeSpan.FromSeconds(1)).Always());
        using var inherited = world.Begin(6_500);

        using var response = await world.SendAsync();

        // Sent at 0, 1 and 3 s: the attempt's own limit is 4 s, and 6.5 s are left in all.
        Assert.Equal(["4000", "4000", "3500"], world.Sent);
    }

    [Fact]
    public async Task The_total_timeout_limits_the_sent_deadline_too()
    {
        using var world = new DeadlineFixture(script => script.Fail(2, 503).Always(200), options =>
        {
            options.TotalTimeout = TimeSpan.FromSeconds(5);
        });

        using var response = await world.SendAsync();

        Assert.Equal(["4000", "4000", "2000"], world.Sent);
    }

    [Fact]
    public void A_synchronous_send_carries_the_deadline_too()
    {
        using var world = new DeadlineFixture(script => script.Fail(2, 503).Always(200));
        using var inherited = world.Begin(6_500);

        using var response = world.Send();

        Assert.Equal(["4000", "4000", "3500"], world.Sent);
    }

    [Fact]
    public async Task The_sent_deadline_is_rounded_down_and_at_least_one_millisecond()
    {
        using var world = new DeadlineFixture(script => script.Always(200));
        using (ResilienceDeadline.Begin(TimeSpan.FromTicks(15_999), world.Clock))
        {
            using var one = await world.SendAsync();
        }

        using (ResilienceDeadline.Begin(TimeSpan.FromTicks(1), world.Clock))
        {
            using var other = await world.SendAsync();
        }

        Assert.Equal(["1", "1"], world.Sent);
    }

    [Fact]
    public async Task Without_any_limit_no_deadline_is_sent()
    {
        using var world = new DeadlineFixture(
            script => script.Always(200), options => options.TotalTimeout = options.AttemptTimeout = Timeout.InfiniteTimeSpan);

        using var response = await world.SendAsync();

        Assert.Equal([null], world.Sent);
    }

    [Fact]
    public async Task Sending_the_deadline_is_off_by_default()
    {
        using var world = new DeadlineFixture(
            script => script.Always(200), options => options.Deadline.Propagate = new HttpDeadlineOptions().Propagate);
        using var inherited = world.Begin(2_000);

        using var response = await world.SendAsync();

        Assert.Equal([null], world.Sent);
    }

    [Fact]
    public async Task The_name_of_the_header_is_an_option()
    {
        using var world = new DeadlineFixture(script => script.Always(200), options => options.Deadline.Header = "Time-Left");

        using var response = await world.SendAsync();

        Assert.Equal("4000", world.Server.Requests[0].Headers["Time-Left"]);
        Assert.Equal([null], world.Sent);
    }

    [Theory]
    [InlineData("https://payments.internal", true)]
    [InlineData("https://PAYMENTS.internal:443/", true)]
    [InlineData("https://payments.internal.", true)]
    [InlineData("http://payments.internal", false)]
    [InlineData("https://payments.internal:8443", false)]
    [InlineData("https://internal", false)]
    public async Task An_excluded_authority_is_not_sent_the_deadline(string excluded, bool isExcluded)
    {
        using var world = new DeadlineFixture(script => script.Always(200), options => options.Deadline.Exclude = [excluded]);

        using var response = await world.SendAsync();

        Assert.Equal([isExcluded ? null : "4000"], world.Sent);
    }

    [Theory]
    [InlineData("2000", "2000", "1000")]
    [InlineData("60000", "4000", "4000")]
    [InlineData("500", "500", "1")]
    [InlineData("soon", "4000", "4000")]
    [InlineData("99999999999999999999", "4000", "4000")]
    public async Task The_callers_own_deadline_header_is_never_extended(string own, string first, string second)
    {
        using var world = new DeadlineFixture(script => script.Fail(1, 503).Always(200));

        using var response = await world.SendAsync(DeadlineFixture.Get(own)); // The retry is sent after 1 s.

        Assert.Equal([first, second], world.Sent);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("60000")]
    [InlineData("later")]
    public async Task After_the_call_the_request_is_as_the_caller_made_it(string? own)
    {
        using var world = new DeadlineFixture(script => script.Fail(1, 503).Hang().Always());
        using var invoker = new HttpMessageInvoker(world.Handler, disposeHandler: false);
        using var request = DeadlineFixture.Get(own);
        using (world.Begin(2_500))
        {
            await Assert.ThrowsAsync<RequestTimedOutException>(
                () => world.Clock.RunAsync(() => invoker.SendAsync(request, CancellationToken.None)));
        }

        Assert.Equal(own is null ? [] : [own], request.Headers.NonValidated.TryGetValues(DeadlineFixture.Header, out var left) ? left : []);

        // Sent again by the caller: what was left of the first call does not shorten the second one.
        await Assert.ThrowsAsync<RequestTimedOutException>(
            () => world.Clock.RunAsync(() => invoker.SendAsync(request, CancellationToken.None)));
        Assert.Equal("4000", world.Sent[2]);
    }

    [Fact]
    public async Task A_request_that_may_not_be_repeated_is_left_unchanged_too()
    {
        using var world = new DeadlineFixture(script => script.Always(200), options => options.Retry.Enabled = false);
        using var request = DeadlineFixture.Get();

        using var response = await world.SendAsync(request);

        Assert.Equal(["4000"], world.Sent);
        Assert.False(request.Headers.Contains(DeadlineFixture.Header));
    }

    [Fact]
    public async Task A_gRPC_request_carries_grpc_timeout_in_place_of_the_header()
    {
        using var world = new DeadlineFixture(script => script.Always(200));
        using var inherited = world.Begin(2_000);

        using var response = await world.SendAsync(GrpcWorld.Call());

        Assert.Equal("2000m", world.Server.Requests[0].Headers["grpc-timeout"]);
        Assert.Equal([null], world.Sent);
    }

    [Theory]
    [InlineData("1S", "1000m")]
    [InlineData("99999999H", "2000m")]
    [InlineData("soon", "2000m")]
    public async Task The_deadline_of_a_gRPC_client_is_never_made_longer(string own, string sent)
    {
        using var world = new DeadlineFixture(script => script.Always(200));
        using var inherited = world.Begin(2_000);
        using var call = GrpcWorld.Call(timeout: own);

        using var response = await world.SendAsync(call);

        Assert.Equal(sent, world.Server.Requests[0].Headers["grpc-timeout"]);
        Assert.Equal(own, Assert.Single(call.Headers.NonValidated["grpc-timeout"]));
    }

    [Fact]
    public async Task The_longest_deadline_fits_into_the_digits_of_gRPC()
    {
        using var world = new DeadlineFixture(
            script => script.Always(200), options => options.TotalTimeout = options.AttemptTimeout = TimeSpan.FromHours(24));

        using var response = await world.SendAsync(GrpcWorld.Call());

        Assert.Equal("86400000m", world.Server.Requests[0].Headers["grpc-timeout"]);
    }

    [Fact]
    public async Task A_stale_answer_is_found_whatever_was_left_when_it_was_kept()
    {
        using var world = new DeadlineFixture(
            script => script
                .Then(_ => new HttpResponseMessage { Content = new StringContent("kept"), Headers = { CacheControl = new() } })
                .Always(404),
            options =>
            {
                options.Fallback.StaleIfError = TimeSpan.FromMinutes(5);
                options.Fallback.ShareStaleAnswers = false;
                options.Retry.Enabled = false;
                options.ClassifyOutcome = outcome =>
                    outcome.Response?.StatusCode == HttpStatusCode.NotFound ? AttemptVerdict.Transient : null;
            });
        using (world.Begin(3_000))
        {
            using var first = await world.SendAsync();
            Assert.Equal("kept", await first.Content.ReadAsStringAsync());
        }

        using var second = await world.SendAsync();

        Assert.Equal(["3000", "4000"], world.Sent);
        Assert.Equal("kept", await second.Content.ReadAsStringAsync());
    }
}
