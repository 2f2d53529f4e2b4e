using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

/// <summary>Clients of scripted servers on one virtual clock, without a chain.</summary>
internal sealed class ScriptedFixture
{
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public VirtualTimeProvider Clock { get; } = new();

    public static async Task<HttpResponseMessage> SendAsync(HttpClient client, bool async, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        return async ? await client.SendAsync(request, cancellationToken) : client.Send(request, cancellationToken);
    }

    public static async Task<List<int>> StatusesAsync(HttpClient client, params string[] paths)
    {
        var statuses = new List<int>();
        foreach (var path in paths)
        {
            using var response = await client.GetAsync(path);
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }

    public HttpClient Client(Action<ServerScript> script) =>
        new(new ScriptedServer(script, Clock)) { BaseAddress = new Uri("http://localhost/") };

    public async Task<HttpResponseMessage> RunAsync(HttpClient client, bool async, CancellationToken cancellationToken) =>
        async
            ? await Clock.RunAsync(() => SendAsync(client, async: true, cancellationToken))
            : Clock.Run(() => client.Send(new HttpRequestMessage(HttpMethod.Get, "/"), cancellationToken));
}
