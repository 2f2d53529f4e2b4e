using Microsoft.AspNetCore.Http;

namespace Resilience.Http.Benchmarks.Outcomes.Servers;

/// <summary>
/// <c>-- outcomes-balancer round-robin|random ADDRESS...</c>: passes each request to one of the backends. It checks no health and tries no
/// second one: if a backend cannot be reached, it answers 502.
/// </summary>
internal sealed class BalancerServer(bool random, Uri[] backends) : IDisposable
{
    public const string Command = "outcomes-balancer";

    private readonly HttpMessageInvoker _client = new(
        new SocketsHttpHandler { UseCookies = false, UseProxy = false, AllowAutoRedirect = false });
    private int _next = -1;

    public static async Task<int> RunAsync(string choice, IEnumerable<string> backends)
    {
        using var balancer = new BalancerServer(choice == "random", [.. backends.Select(address => new Uri(address))]);
        await LoopbackApp.RunAsync(port: 0, balancer.ForwardAsync);
        return 0;
    }

    public void Dispose() => _client.Dispose();

    private async Task ForwardAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Choose());
        try
        {
            using var response = await _client.SendAsync(request, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            if (response.Headers.RetryAfter is { } retryAfter)
            {
                context.Response.Headers.RetryAfter = retryAfter.ToString();
            }

            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (HttpRequestException)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
        catch (OperationCanceledException)
        {
            context.Abort(); // the client has gone
        }
    }

    private Uri Choose()
    {
        var next = random ? Random.Shared.Next(backends.Length) : (int)((uint)Interlocked.Increment(ref _next) % (uint)backends.Length);
        return backends[next];
    }
}
