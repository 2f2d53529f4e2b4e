using System.Net;
using static Resilience.Http.Tests.Endpoints.EndpointFixture;

namespace Resilience.Http.Tests.Endpoints;

/// <summary>Endpoints whose circuits are open are not chosen.</summary>
public sealed class EndpointCircuitTests
{
    [Fact]
    public async Task An_endpoint_whose_circuit_is_open_is_not_chosen_and_costs_no_retry()
    {
        using var client = new EndpointFixture(s => s.Always(200), o => o.Retry.Enabled = false);
        client.Isolate(A);

        Assert.Equal(new string('b', 20), await client.GetManyAsync(20));
    }

    [Fact]
    public async Task A_circuit_that_opens_sends_the_retry_to_another_endpoint()
    {
        using var client = new EndpointFixture(s => s.At(A, a => a.Refuse().Always()).Always(200));

        for (var i = 0; i < 50; i++)
        {
            using var response = await client.GetAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(CircuitState.Open, client.Circuits.Find("payments", A)!.State);
        Assert.Equal(CircuitState.Closed, client.Circuits.Find("payments", B)!.State);
    }

    [Fact]
    public async Task A_post_goes_elsewhere_as_soon_as_the_circuit_is_open()
    {
        using var client = new EndpointFixture(s => s.At(A, a => a.Reset().Always()).Always(200));
        var lost = 0;
        for (var i = 0; i < 100; i++)
        {
            lost += await Record.ExceptionAsync(() => client.PostAsync()) is null ? 0 : 1;
        }

        Assert.Equal(2, lost); // those that opened the circuit
    }

    [Fact]
    public async Task If_no_endpoint_lets_a_send_through_the_earliest_end_is_reported()
    {
        using var client = new EndpointFixture(s => s.Always(200), addresses: [A, B, C]);
        client.Isolate(A, TimeSpan.FromSeconds(30));
        client.Isolate(B, TimeSpan.FromSeconds(10));
        client.Isolate(C);

        var refusal = await Assert.ThrowsAsync<CircuitOpenException>(() => client.GetAsync());

        Assert.Equal(B, refusal.Authority);
        Assert.Equal(TimeSpan.FromSeconds(10), refusal.RetryAfter);
        Assert.Empty(client.Server.Requests);
    }

    [Fact]
    public async Task If_no_endpoint_lets_a_send_through_a_response_reports_the_earliest_end_too()
    {
        using var client = new EndpointFixture(s => s.Always(200), o => o.CircuitBreaker.Rejection = HttpRejection.Respond);
        client.Isolate(A, TimeSpan.FromSeconds(30));
        client.Isolate(B, TimeSpan.FromSeconds(10));

        using var response = await client.GetAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("10", response.Headers.RetryAfter!.ToString());
    }
}
