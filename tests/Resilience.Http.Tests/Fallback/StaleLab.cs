using System.Net;
using System.Text;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.Fallback;

/// <summary>A client that keeps stale answers, over a service that can be told what to answer and to fail.</summary>
internal sealed class StaleLab : IDisposable
{
    public StaleLab(Action<HttpFallbackOptions>? configure = null, params DelegatingHandler[] inside)
    {
        HttpMessageHandler server = new ScriptedServer(script => script.Then(request => Answer!(request)).Always(), Clock);
        foreach (var handler in inside.Reverse())
        {
            handler.InnerHandler = server;
            server = handler;
        }

        Client = new(server, options =>
        {
            options.Retry.Enabled = false;
            options.Fallback.StaleIfError = TimeSpan.FromHours(1);
            configure?.Invoke(options.Fallback);
        }, Clock, Log);
        Answer = request => Up(request);
    }

    public VirtualTimeProvider Clock { get; } = new();

    public RecordedLog Log { get; } = new();

    public ChainClient Client { get; }

    /// <summary>What the service answers.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage> Answer { get; set; }

    /// <summary>The answer of the service while it is up.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage> Up { get; set; } = static _ => Ok("fresh");

    public static HttpResponseMessage Ok(string body, params (string Name, string Value)[] headers) =>
        Status(HttpStatusCode.OK, body, headers);

    public static HttpResponseMessage Status(HttpStatusCode status, string body = "", params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "text/plain") };
        foreach (var (name, value) in headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.Remove(name);
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return response;
    }

    public void GoDown() => Answer = static _ => Status(HttpStatusCode.ServiceUnavailable);

    public void RefuseCalls() => CircuitRegistry.GetOrCreate(Client.Service.Host).Isolate("payments", "maintenance");

    /// <summary>Lets the service answer one request in another way.</summary>
    public async Task AnswerAsync(
        string path, HttpStatusCode status, HttpMethod? method = null, params (string Name, string Value)[] headers)
    {
        var up = Up;
        Up = _ => Status(status, "", headers);
        (await SendAsync(path, method)).Dispose();
        Up = up;
    }

    public Task<HttpResponseMessage> SendAsync(string path, HttpMethod? method = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Clock.RunAsync(() => Client.Http.SendAsync(request, CancellationToken.None));
    }

    /// <summary>Reads an answer while the service is up.</summary>
    public async Task<string> ReadAsync(string path, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(path, null, headers);
        return await response.Content.ReadAsStringAsync(CancellationToken.None);
    }

    /// <summary>What a failed call gets from what is kept; <see langword="null"/> if it gets its failure.</summary>
    public async Task<string?> StaleAsync(string path, params (string Name, string Value)[] headers)
    {
        var answer = Answer;
        GoDown();
        try
        {
            using var response = await SendAsync(path, null, headers);
            return response.IsFallback() ? await response.Content.ReadAsStringAsync(CancellationToken.None) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        finally
        {
            Answer = answer;
        }
    }

    public void Dispose() => Client.Dispose();
}
