using System.Net;
using Resilience.Http.Testing.Server;
using static Resilience.Http.Tests.Endpoints.EndpointFixture;

namespace Resilience.Http.Tests.Endpoints;

/// <summary>How an endpoint that was down gets its traffic back.</summary>
public sealed class TrialTests
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task An_endpoint_gets_as_many_trials_as_its_circuit_allows_and_then_its_share()
    {
        using var client = new EndpointFixture(s => s.Always(200));
        client.Isolate(A, Break);
        Assert.DoesNotContain('a', await client.GetManyAsync(20));
        client.Clock.Advance(Break);

        Assert.StartsWith("aa", await client.GetManyAsync(2));
        Assert.Equal(CircuitState.Closed, client.Circuits.Find("payments", A)!.State);
        Assert.InRange((await client.GetManyAsync(100)).Count(static host => host == 'a'), 40, 60);
    }

    [Fact]
    public async Task While_another_is_closed_only_requests_that_may_be_repeated_are_trials()
    {
        using var client = new EndpointFixture(s => s.Always(200));
        client.Isolate(A, Break);
        await client.GetManyAsync(5);
        client.Clock.Advance(Break);

        Assert.Equal("bbbbb", await client.GetManyAsync(5, HttpMethod.Post));
        Assert.Equal("a", await client.GetManyAsync(1));
    }

    [Fact]
    public async Task Without_retries_no_request_may_be_repeated()
    {
        using var client = new EndpointFixture(s => s.Always(200), o => o.Retry.Enabled = false);
        client.Isolate(A, Break);
        client.Clock.Advance(Break);

        Assert.Equal("bbbbb", await client.GetManyAsync(5));
    }

    [Fact]
    public async Task If_no_trial_came_for_one_break_any_request_is_used()
    {
        using var client = new EndpointFixture(s => s.Always(200));
        client.Isolate(A, Break);
        await client.GetManyAsync(5);
        client.Clock.Advance(Break + Break);

        Assert.Equal("aa", await client.GetManyAsync(2, HttpMethod.Post));
        Assert.Equal(CircuitState.Closed, client.Circuits.Find("payments", A)!.State);
    }

    [Fact]
    public async Task If_no_other_endpoint_is_closed_any_request_is_a_trial()
    {
        using var client = new EndpointFixture(s => s.Always(200));
        client.Isolate(A, Break);
        client.Isolate(B);
        client.Clock.Advance(Break);

        Assert.Equal("aa", await client.GetManyAsync(2, HttpMethod.Post));
    }

    [Fact]
    public async Task A_failed_trial_is_repeated_at_another_endpoint_without_a_wait()
    {
        using var client = new EndpointFixture(s => s.At(A, a => a.Refuse().Always()).Always(200));
        client.Isolate(A, Break);
        await client.GetManyAsync(5);
        client.Clock.Advance(Break);
        var (before, began) = (client.Hosts.Length, client.Clock.Elapsed);

        using var response = await client.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("ab", client.Hosts[before..]);
        Assert.Equal(began, client.Clock.Elapsed);
    }

    [Fact]
    public async Task A_retry_is_not_spent_on_a_trial_while_another_endpoint_is_left()
    {
        using var client = new EndpointFixture(
            s => s.At(A, a => a.Always(503)).Always(200), o => o.CircuitBreaker.FailureThreshold = 100, [A, B, C]);
        client.Isolate(C, Break);
        client.Clock.Advance(Break);
        await client.GetManyAsync(2); // trials of C succeed or its circuit is closed
        client.Isolate(C, Break);
        client.Clock.Advance(Break - TimeSpan.FromMilliseconds(100));
        var before = client.Hosts.Length;
        while (client.Hosts[before..] is not ['a', ..])
        {
            before = client.Hosts.Length;
            using var response = await client.GetAsync();
        }

        Assert.Equal('b', client.Hosts[before + 1]); // by then C waits for a trial
    }

    [Fact]
    public async Task A_post_that_dies_with_its_endpoint_is_lost_and_no_later_one()
    {
        var dead = false;
        using var client = new EndpointFixture(s => s
            .At(A, a => a.Then(_ => dead ? throw SocketFaults.Reset() : new(HttpStatusCode.OK)).Always())
            .Always(200));
        var lost = new List<int>();
        for (var i = 0; i < 3_000; i++)
        {
            client.Clock.Advance(TimeSpan.FromMilliseconds(10));
            dead = i is > 500 and < 2_000;
            if (await Record.ExceptionAsync(() => client.SendAsync(i % 4 == 0 ? HttpMethod.Get : HttpMethod.Post, "orders")) is not null)
            {
                lost.Add(i);
            }
        }

        Assert.InRange(lost.Count, 1, 2); // FailureThreshold is 2
        Assert.All(lost, static i => Assert.InRange(i, 500, 510));
        Assert.Contains('a', client.Hosts[^50..]);
    }

    [Fact]
    public async Task An_endpoint_that_is_back_begins_with_the_latency_of_the_others()
    {
        using var client = new EndpointFixture(s => s.At(A, a => a.Slow(TimeSpan.FromMilliseconds(50)).Always())
            .Slow(TimeSpan.FromMilliseconds(50)).Always(), addresses: [A, B, C]);
        await client.GetManyAsync(50);
        client.Isolate(A, TimeSpan.FromSeconds(60)); // long enough for its average to fade
        for (var i = 0; i < 200; i++)
        {
            client.Clock.Advance(TimeSpan.FromSeconds(0.3));
            using var response = await client.GetAsync();
        }

        Assert.InRange((await client.GetManyAsync(300)).Count(static host => host == 'a'), 70, 200);
    }
}
