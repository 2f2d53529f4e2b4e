using System.Net;
using Resilience.Http.Testing;
using static Resilience.Http.Tests.Testing.ScriptedFixture;

namespace Resilience.Http.Tests.Testing;

/// <summary>Answers come in the order of the script and of its branches.</summary>
public sealed class ScriptedServerTests
{
    private readonly ScriptedFixture _fixture = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answers_come_in_the_order_of_the_script(bool async)
    {
        using var client = _fixture.Client(
            s => s.Fail(2, HttpStatusCode.ServiceUnavailable, retryAfter: TimeSpan.FromMilliseconds(1500))
                .Then(200, """{"id":7}""")
                .Then(404));

        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            using var response = await SendAsync(client, async);
            statuses.Add((int)response.StatusCode);
            Assert.NotNull(response.RequestMessage);
            Assert.Equal(i < 2 ? 2 * Second : null, response.Headers.RetryAfter?.Delta);
            Assert.Equal(i == 2 ? """{"id":7}""" : "", await response.Content.ReadAsStringAsync());
            Assert.Equal(i == 2 ? "application/json" : null, response.Content.Headers.ContentType?.MediaType);
        }

        Assert.Equal([503, 503, 200, 404], statuses);
    }

    [Fact]
    public async Task Each_answer_is_a_response_of_its_own()
    {
        using var client = _fixture.Client(s => s.Always(200, "{}"));
        using var first = await client.GetAsync("/");
        first.Dispose();
        using var second = await client.GetAsync("/");
        Assert.Equal("{}", await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Always_repeats_the_last_answer()
    {
        using var client = _fixture.Client(s => s.Then(500).Always(200));
        Assert.Equal([500, 200, 200, 200], await StatusesAsync(client, "/", "/", "/", "/"));
        using var refused = _fixture.Client(s => s.Refuse().Always());
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => refused.GetAsync("/"));
        }
    }

    [Fact]
    public void A_script_that_makes_no_sense_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => new ScriptedServer(s => s.Always()));
        var unreachable = Assert.Throws<InvalidOperationException>(() => new ScriptedServer(s => s.Always(200).Then(500)));
        Assert.Contains("'500 InternalServerError' would never be reached", unreachable.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedServer(s => s.Fail(0, 500)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedServer(s => s.StallBody(-1)));
    }

    [Fact]
    public async Task An_exhausted_script_reports_its_service_and_its_answers()
    {
        using var server = new ScriptedServer(s => s.Fail(1, 503).Then(200), _fixture.Clock, "payments");
        using var client = new HttpClient(server) { BaseAddress = new Uri("https://payments.internal/") };
        await StatusesAsync(client, "a", "b");
        _fixture.Clock.Advance(Second);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync("c"));

        Assert.Equal(
            """
            The script of payments has no more answers. Add one, or end the script with Always(). Requests so far (3):
              #1 +0 s GET https://payments.internal/a -> 503 ServiceUnavailable
              #2 +0 s GET https://payments.internal/b -> 200 OK
              #3 +1 s GET https://payments.internal/c -> no answer: the script has no more answers
            """,
            error.Message,
            ignoreLineEndingDifferences: true);
        server.Script.Then(204);
        Assert.Equal([204], await StatusesAsync(client, "d"));
    }

    [Fact]
    public async Task Branches_by_path_method_and_condition_have_scripts_of_their_own()
    {
        using var client = _fixture.Client(s => s
            .When("/orders/*", orders => orders.When(HttpMethod.Delete, delete => delete.Always(405)).Always(201))
            .When("/health", health => health.Then(503).Always(204))
            .When(request => request.Headers.Contains("X-Odd"), odd => odd.Always(418))
            .Always(404));

        Assert.Equal(
            [503, 201, 204, 404, 404], await StatusesAsync(client, "/health?deep=1", "/orders/17", "/health", "/healthy", "/orders"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.DeleteAsync("/orders/17")).StatusCode);
        client.DefaultRequestHeaders.Add("X-Odd", "1");
        Assert.Equal([418, 204], await StatusesAsync(client, "/", "/health"));
    }

    [Fact]
    public async Task An_exhausted_branch_is_named()
    {
        using var client = _fixture.Client(s => s.When("/orders", orders => orders.Then(200)).Always(200));
        await StatusesAsync(client, "/orders");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync("/orders"));
        Assert.StartsWith("The script of the server for /orders has no more answers", error.Message, StringComparison.Ordinal);
    }
}
