using System.Net;
using System.Text;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fallback;

/// <summary>A client that keeps answers for a minute, its circuit breaker off, over a script of answers.</summary>
internal sealed class StaleFixture
{
    public VirtualTimeProvider Clock { get; } = new();

    public static Func<HttpRequestMessage, HttpResponseMessage> Good(string body, Action<HttpResponseMessage>? change = null) => _ =>
    {
        var response = new HttpResponseMessage { Content = new StringContent(body, Encoding.UTF8, "text/plain") };
        change?.Invoke(response);
        return response;
    };

    public static Func<HttpRequestMessage, HttpResponseMessage> Bad() =>
        static _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);

    public ChainClient Client(params Func<HttpRequestMessage, HttpResponseMessage>[] answers) => Client(null, null, answers);

    public ChainClient Client(DelegatingHandler inside, params Func<HttpRequestMessage, HttpResponseMessage>[] answers) =>
        Client(null, inside, answers);

    public ChainClient Client(
        Action<HttpFallbackOptions>? configure,
        DelegatingHandler? inside,
        params Func<HttpRequestMessage, HttpResponseMessage>[] answers) =>
        Client(Server(answers), configure, inside);

    public ChainClient Client(
        ScriptedServer server,
        Action<HttpFallbackOptions>? configure = null,
        DelegatingHandler? inside = null,
        Func<AttemptOutcome, AttemptVerdict?>? judge = null) => new(server, options =>
    {
        options.CircuitBreaker.Enabled = false;
        options.ClassifyOutcome = judge;
        options.Fallback.StaleIfError = TimeSpan.FromMinutes(1);
        configure?.Invoke(options.Fallback);
    }, Clock, inside: inside);

    public ScriptedServer Server(params Func<HttpRequestMessage, HttpResponseMessage>[] answers) =>
        new(script => answers.Aggregate(script, (next, answer) => next.Then(answer)).Always(), Clock);

    public Task<HttpResponseMessage> SendAsync(ChainClient client, string path, Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        change?.Invoke(request);
        return Clock.RunAsync(() => client.Http.SendAsync(request, CancellationToken.None));
    }

    public async Task<string> ReadAsync(ChainClient client, string path, Action<HttpRequestMessage>? change = null)
    {
        using var response = await SendAsync(client, path, change);
        return await response.Content.ReadAsStringAsync(CancellationToken.None);
    }
}
