using System.Net;
using System.Net.Http.Json;
using Polly.CircuitBreaker;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Cases;

/// <summary>One situation: what stands at the other end, and what a caller does about it. All instruments measure these.</summary>
internal sealed record Case(string Name, Func<HttpMessageHandler> CreateServer, Func<HttpClient, Task> CallAsync)
{
    private static readonly Uri Address = new("http://service.test/resource");
    private static readonly Payload Order = new(4711, "twelve chairs", 119.90m);

    public static readonly Case Synchronous = new(
        "200, inner handler completes synchronously", () => new SynchronousServer(), client => GetAsync(client, Address));

    /// <summary>Without headers, as most requests are that a typed client sends.</summary>
    public static readonly Case SynchronousWithoutHeaders = Synchronous with
    {
        Name = "200 to a request without headers, inner handler completes synchronously",
        CallAsync = GetWithoutHeadersAsync,
    };

    public static readonly Case Asynchronous = new(
        "200, truly asynchronous", () => new YieldingServer(), client => GetAsync(client, Address));

    public static readonly Case AsynchronousThroughFactory = Asynchronous with
    {
        Name = "200, truly asynchronous, clients of IHttpClientFactory"
    };

    public static readonly Case RetriedOnce = new(
        "503 then 200, no delay", () => new EverySecondTimeServer(), GetUntilOkAsync);

    public static readonly Case Refused = new(
        "refused by an open circuit", () => new SickServer(), GetRefusedAsync);

    public static readonly Case PostedJson = new(
        "POST with a JSON body", () => new ReadingServer(), PostAsync);

    public static Case OverSockets(Uri address) => new(
        "loopback Kestrel in a process of its own", () => new SocketsHttpHandler(), client => GetAsync(client, address));

    /// <summary>The same through clients that are registered as an app registers them.</summary>
    public static Case AsRegistered(Uri address) => OverSockets(address) with
    {
        Name = "as registered, loopback Kestrel in a process of its own"
    };

    /// <summary>So many addresses that differ in their authority; nothing has to listen there.</summary>
    public static Uri[] AddressesOf(int authorities) =>
        [.. Enumerable.Range(0, authorities).Select(i => new Uri($"http://node-{i}.service.test/resource"))];

    /// <summary>What to call to make one call of this case through the given contender, with a server and a client of its own.</summary>
    public Func<Task> Connect(Contender contender) => Connect(contender, CreateServer());

    public Func<Task> Connect(Contender contender, HttpMessageHandler server)
    {
        var client = contender.CreateClient(server);
        return () => CallAsync(client);
    }

    public static async Task GetAsync(HttpClient client, Uri address)
    {
        using var request = NewGet(address);
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    private static async Task GetWithoutHeadersAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address);
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>A client that does not retry leaves it to its caller, so that for a bare one this is two calls.</summary>
    private static async Task GetUntilOkAsync(HttpClient client)
    {
        while (true)
        {
            using var request = NewGet(Address);
            using var response = await client.SendAsync(request);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return;
            }
        }
    }

    /// <summary>
    /// A refusal comes as an exception or as a 503, as the contender has it; <see cref="SickServer"/> sees to it that it comes.
    /// </summary>
    private static async Task GetRefusedAsync(HttpClient client)
    {
        using var request = NewGet(Address);
        try
        {
            using var response = await client.SendAsync(request);
        }
        catch (Exception refusal) when (refusal is CircuitOpenException or BrokenCircuitException)
        {
            // What this case is about.
        }
    }

    private static async Task PostAsync(HttpClient client)
    {
        using var response = await client.PostAsJsonAsync(Address, Order);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>With a header, as every real request has one: a chain that may repeat it has to keep it.</summary>
    private static HttpRequestMessage NewGet(Uri address)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("X-Request-Id", "4711");
        return request;
    }

    private sealed record Payload(int Number, string Text, decimal Price);
}
