using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Content;

/// <summary>The whole chain on a virtual clock in front of a server that reads request bodies at its own pace.</summary>
internal sealed class UploadWorld : IDisposable
{
    private readonly HttpClient _http;
    private readonly ResilientHttpHandler _chain;

    public UploadWorld(Action<ResilientHttpClientOptions>? configure = null)
    {
        var options = new ResilientHttpClientOptions { AttemptTimeout = TimeSpan.FromSeconds(2), TotalTimeout = TimeSpan.FromMinutes(10) };
        options.Retry.BaseDelay = TimeSpan.Zero;
        configure?.Invoke(options);
        Server = new UploadServer(Clock);
        _chain = ResilientHttpHandler.Create("files", options, Server, Clock);
        _http = new HttpClient(_chain) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public VirtualTimeProvider Clock { get; } = new();

    public UploadServer Server { get; }

    public CircuitSnapshot Circuit => Assert.Single(_chain.Circuits.GetAll());

    public Task<HttpResponseMessage> PutAsync(HttpContent content, Action<HttpRequestMessage>? prepare = null) =>
        Clock.RunAsync(() => StartAsync(content, prepare));

    public Task<HttpResponseMessage> StartAsync(HttpContent content, Action<HttpRequestMessage>? prepare = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "https://files.internal/1") { Content = content };
        prepare?.Invoke(request);
        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public void Dispose() => _http.Dispose();
}
