using Resilience.Http.Chaos.Injection;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Chaos.Faults;

/// <summary>The fault handler of the client "payments" around a scripted server, on a virtual clock, without a container.</summary>
internal sealed class InjectionFixture : IDisposable
{
    private readonly Random _random = new(20300101);
    private readonly ChaosState _state;
    private readonly ResilienceRuntime _host;
    private long _edition;

    public InjectionFixture(Action<ServerScript>? script = null)
    {
        Server = new ScriptedServer(script ?? (static answers => answers.Always(200, "{}")), Clock);
        _host = new ResilienceRuntime(Clock, _random.NextDouble);
        _state = new ChaosState(_host, "Development");
        Handler = new ChaosHandler(_state.Client("payments"), new FaultInjector(_host)) { InnerHandler = Server };
        Client = new HttpClient(Handler) { BaseAddress = new Uri("http://payments.test/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    public VirtualTimeProvider Clock { get; } = new();

    public ScriptedServer Server { get; }

    public ChaosHandler Handler { get; }

    public HttpClient Client { get; }

    public ChaosState State => _state;

    public void Use(HttpChaosClientOptions faults, Action<HttpChaosOptions>? change = null)
    {
        var options = new HttpChaosOptions { Enabled = true };
        options.Clients["payments"] = faults;
        change?.Invoke(options);
        Assert.True(_state.TryUse(options, edition: ++_edition));
    }

    public Task<HttpResponseMessage> GetAsync(CancellationToken cancellationToken = default) =>
        Clock.RunAsync(() => Client.GetAsync("charges", HttpCompletionOption.ResponseHeadersRead, cancellationToken));

    /// <summary>The same call, asynchronous or not.</summary>
    public Task<HttpResponseMessage> GetAsync(bool synchronous, CancellationToken cancellationToken = default)
    {
        if (!synchronous)
        {
            return GetAsync(cancellationToken);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "charges");
        try
        {
            return Task.FromResult(Clock.Run(() => Client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)));
        }
        catch (Exception exception)
        {
            return Task.FromException<HttpResponseMessage>(exception);
        }
    }

    public void Dispose() => Client.Dispose();
}
