using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fallback;

/// <summary>Clients with fallback delegates on one virtual clock.</summary>
internal sealed class FallbackFixture
{
    public VirtualTimeProvider Clock { get; } = new();

    /// <summary>The context of the last call that <see cref="Answer"/> was asked for.</summary>
    public FallbackContext? Seen { get; set; }

    public ChainClient Client(
        Action<ServerScript> script,
        Func<FallbackContext, CancellationToken, ValueTask<HttpResponseMessage?>> fallback,
        Action<ResilientHttpClientOptions>? configure = null) => Client(new ScriptedServer(script, Clock), fallback, configure);

    public ChainClient Client(
        ScriptedServer server,
        Func<FallbackContext, CancellationToken, ValueTask<HttpResponseMessage?>> fallback,
        Action<ResilientHttpClientOptions>? configure = null) =>
        new(server, options =>
        {
            options.Fallback.Add(fallback);
            configure?.Invoke(options);
        }, Clock);

    public Func<FallbackContext, CancellationToken, ValueTask<HttpResponseMessage?>> Answer(HttpStatusCode status) => (context, _) =>
    {
        Seen = context;
        return new(new HttpResponseMessage(status));
    };

    public async ValueTask<HttpResponseMessage?> HangAsync(FallbackContext? context, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, Clock, cancellationToken);
        return null;
    }
}
