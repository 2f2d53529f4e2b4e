using System.Net.Http.Json;
using System.Text;

namespace Resilience.Http.Tests.Content;

/// <summary>What the chain allocates for a body, beyond what it does for a call without one.</summary>
public sealed class BodyCostTests(ITestOutputHelper output)
{
    private static readonly Uri Address = new("https://files.internal/1");

    [Theory]
    [InlineData("string", "PUT", 0)]
    [InlineData("string", "POST", 0)]
    [InlineData("bytes", "PUT", 0)]
    [InlineData("form", "PUT", 0)]
    [InlineData("memory", "PUT", 0)]
    [InlineData("json", "POST", 700)]
    [InlineData("json", "PUT", 700)]
    [InlineData("long bytes", "PUT", 1000)]
    public void A_body_costs_at_most_what_the_documentation_states(string kind, string method, long most)
    {
        using var plain = new HttpMessageInvoker(new DrainingServer());
        using var chain = new HttpMessageInvoker(ResilientHttpHandler.Create("files", new(), new DrainingServer()));
        Func<HttpContent?> body = kind switch
        {
            "string" => static () => new StringContent("text"),
            "bytes" => static () => new ByteArrayContent("text"u8.ToArray()),
            "form" => static () => new FormUrlEncodedContent([new("name", "value")]),
            "memory" => static () => new ReadOnlyMemoryContent("text"u8.ToArray()),
            "json" => static () => JsonContent.Create("text"),
            _ => static () => new ByteArrayContent(Long),
        };

        var cost =
            (PerCall(chain, method, body) - PerCall(
                plain, method, body)) - (PerCall(chain, method, static () => null) - PerCall(plain, method, static () => null));

        output.WriteLine($"{kind} {method}: {cost} B");
        Assert.True(cost <= most, $"{cost} B");
    }

    private static byte[] Long { get; } = Encoding.UTF8.GetBytes(new string('x', 100_000));

    /// <summary>
    /// The least of several rounds, since code that was just compiled allocates more than the optimised code that follows it.
    /// </summary>
    private static long PerCall(HttpMessageInvoker invoker, string method, Func<HttpContent?> body)
    {
        const int Calls = 200;
        var least = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Calls; i++)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), Address) { Content = body() };
                var call = invoker.SendAsync(request, CancellationToken.None);
                Assert.True(call.IsCompletedSuccessfully); // All on this thread, whose bytes are counted.
            }

            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / Calls);
        }

        return least;
    }

    private sealed class DrainingServer : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _ = request.Content?.Headers; // As every server asks for them, which makes them.
            var reading = request.Content?.CopyToAsync(Stream.Null, cancellationToken) ?? Task.CompletedTask;
            Assert.True(reading.IsCompletedSuccessfully);
            return Task.FromResult(new HttpResponseMessage { RequestMessage = request });
        }
    }
}
