using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Http;
using Resilience.Http;
using Resilience.Http.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts the resilience chain into the clients of <see cref="IHttpClientFactory"/>, and takes it out.</summary>
public static class ResilientHttpClientBuilderExtensions
{
    /// <summary>
    /// Puts the resilience chain into this client, with the settings of <c>ResilientHttpClients:Clients:{name}</c> over
    /// <c>ResilientHttpClients:Defaults</c>. Also in <c>ConfigureHttpClientDefaults</c>: then into all clients.
    /// </summary>
    /// <remarks>
    /// The chain stands where it was first added, the factory's defaults first: handlers added before run once around it, those added after
    /// run inside it, once per attempt. Adding it again changes nothing; <c>RemoveResilience().AddResilience()</c> moves it.
    /// </remarks>
    /// <param name="builder">The builder of the client; its name is the service name.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder AddResilience(this IHttpClientBuilder builder)
    {
        builder.Registration().HasChain = true;
        return builder.Name is { } name && builder.Services.Registrations().SharedChain.TryAdd(name, builder.Services)
            ? builder
            : builder.ConfigureHandlers(ChainInstaller.Add);
    }

    /// <summary>Puts the resilience chain into this client and sets it up in code, over its configuration.</summary>
    /// <inheritdoc cref="AddResilience(IHttpClientBuilder)"/>
    /// <param name="builder">The builder of the client; its name is the service name.</param>
    /// <param name="configure">Settings made in code. Runs again at each edit of the configuration, always on fresh options.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder AddResilience(this IHttpClientBuilder builder, Action<ResilientHttpClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        builder.Registration().Configure((options, _) => configure(options));
        return builder.AddResilience();
    }

    /// <summary>Puts the resilience chain into this client with the settings of a section of your own.</summary>
    /// <inheritdoc cref="AddResilience(IHttpClientBuilder)"/>
    /// <param name="builder">The builder of the client; its name is the service name.</param>
    /// <param name="section">
    /// Read in place of <c>ResilientHttpClients:Clients:{name}</c>; in <c>ConfigureHttpClientDefaults</c> in place of
    /// <c>ResilientHttpClients:Defaults</c>. Its edits are followed too.
    /// </param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder AddResilience(this IHttpClientBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var client = builder.Registration();
        (client.Section, client.HasStandardSection) = (section, false);
        return builder.AddResilience();
    }

    /// <summary>
    /// Puts the resilience chain into this client with the settings of a section that was written for <c>AddStandardResilienceHandler</c>
    /// or <c>AddStandardHedgingHandler</c> of Microsoft.Extensions.Http.Resilience. What the section does not set has the default that it
    /// has there. What behaves differently is logged once, at start.
    /// </summary>
    /// <inheritdoc cref="AddResilience(IHttpClientBuilder)"/>
    /// <param name="builder">The builder of the client; its name is the service name.</param>
    /// <param name="section">
    /// Read in place of <c>ResilientHttpClients:Clients:{name}</c>. A key without a counterpart here fails the start, with its path. The
    /// section has the shape of <c>AddStandardHedgingHandler</c> if it contains <c>Hedging</c> or <c>Endpoint</c>.
    /// </param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder AddResilienceFromStandardHandler(this IHttpClientBuilder builder, IConfigurationSection section)
    {
        builder.AddResilience(section);
        builder.Registration().HasStandardSection = true;
        return builder;
    }

    /// <summary>Sets up the resilience chain of this client in code, with services at hand, over its configuration.</summary>
    /// <param name="builder">The builder of a client that has the chain.</param>
    /// <param name="configure">
    /// Settings made in code, and the root provider of the container: scoped services are not to be had, nor at start a client with the
    /// chain. Runs again at each edit of the configuration, always on fresh options.
    /// </param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder ConfigureResilience(
        this IHttpClientBuilder builder, Action<ResilientHttpClientOptions, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var client = builder.Registration();
        client.Configure(configure);
        client.NeedsChain = nameof(ConfigureResilience);
        return builder;
    }

    /// <summary>
    /// Lets a delegate answer when all else failed: on refusals, timeouts and transient outcomes, for every method. Several are asked in
    /// the order in which they were added; stale and fixed answers come after them.
    /// </summary>
    /// <param name="builder">The builder of a client that has the chain.</param>
    /// <param name="fallback">
    /// Gives an answer, a new response each time, or <see langword="null"/> for none. Its token is cancelled when what is left of the total
    /// timeout, and at least <see cref="HttpFallbackOptions.Timeout"/>, has passed. If it throws, the caller gets the original outcome.
    /// </param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder AddFallback(
        this IHttpClientBuilder builder, Func<FallbackContext, CancellationToken, ValueTask<HttpResponseMessage?>> fallback)
    {
        ArgumentNullException.ThrowIfNull(fallback);
        var client = builder.Registration();
        client.Configure((options, _) => options.Fallback.Add(fallback));
        client.NeedsChain = nameof(AddFallback);
        return builder;
    }

    /// <summary>
    /// Takes the resilience chain out of this client, also one that <c>ConfigureHttpClientDefaults</c> put there. The settings stay: added
    /// again, the chain stands in the new place with the same ones.
    /// </summary>
    /// <param name="builder">The builder of the client.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder RemoveResilience(this IHttpClientBuilder builder)
    {
        builder.Registration().HasChain = false;
        return builder.ConfigureHandlers(ChainInstaller.Remove);
    }

    private static IHttpClientBuilder ConfigureHandlers(this IHttpClientBuilder builder, Action<HttpMessageHandlerBuilder> configure)
    {
        builder.Services.Configure<HttpClientFactoryOptions>(
            builder.Name, options => options.HttpMessageHandlerBuilderActions.Add(configure));
        return builder;
    }
}
