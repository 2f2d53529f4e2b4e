using System.Net;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>A 409 or 412 after a connection that was cut, from a server that has done the work of the first attempt.</summary>
public sealed class EarlierAttemptOverSocketsTests
{
    [Theory]
    [InlineData("POST", false)]
    [InlineData("PUT", false)]
    [InlineData("DELETE", true)]
    public async Task A_409_after_a_connection_that_was_cut_is_repeated_with_a_key(string method, bool halfAnswered)
    {
        var count = 0;
        await using var server = CutsFirst(
            "HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n{}", halfAnswered, () => Interlocked.Increment(ref count));
        using var client = RealClient.Over();
        client.DefaultRequestHeaders.TryAddWithoutValidation("idempotency-key", "17");
        using var request = new HttpRequestMessage(new HttpMethod(method), server.Address) { Content = new StringContent("") };

        using var response = await client.SendAsync(request);

        Assert.Equal((HttpStatusCode.Created, 3), (response.StatusCode, count));
    }

    [Theory]
    [InlineData("PUT", false)]
    [InlineData("DELETE", true)]
    public async Task A_412_after_a_connection_that_was_cut_says_that_the_write_may_be_done(string method, bool halfAnswered)
    {
        await using var server = CutsFirst("HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n", halfAnswered);
        using var client = RealClient.Over();
        using var request = new HttpRequestMessage(new HttpMethod(method), server.Address) { Content = new StringContent("") };
        request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request));

        Assert.Contains($"the {method} may have been done", thrown.Message, StringComparison.Ordinal);
    }

    /// <summary>Cuts the first request, answers the second one as the test says, and all that follow with 201.</summary>
    private static RawServer CutsFirst(string second, bool halfAnswered, Action? asked = null)
    {
        var count = 0;
        return new(async (connection, stop) =>
        {
            while ((await RawServer.ReadHeadAsync(connection, stop)).Length > 0)
            {
                asked?.Invoke();
                var number = Interlocked.Increment(ref count);
                if (number > 1)
                {
                    await RawServer.SendAsync(
                        connection, number == 2 ? second : "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", stop);
                    continue;
                }

                if (halfAnswered)
                {
                    await RawServer.SendAsync(connection, "HTTP/1.1 20", stop);
                    return;
                }

                RawServer.Reset(connection);
                return;
            }
        });
    }
}
