using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Http;
using Resilience.Http;
using Resilience.Http.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the resilience chain to clients of <see cref="IHttpClientFactory"/>, and removes it.</summary>
public static class ResilientHttpClientBuilderExtensions
{
    /// <summary>
    /// Adds the resilience chain to this client, with the settings of <c>ResilientHttpClients:Clients:{name}</c>, which override
    /// <c>ResilientHttpClients:Defaults</c>. In <c>ConfigureHttpClientDefaults</c>, it adds the chain to all clients.
    /// </summary>
    /// <remarks>
    /// Handlers that were added before the chain run around it, once per call. Handlers that are added after it run inside it, once per
    /// attempt. Those of <c>ConfigureHttpClientDefaults</c> come first. Adding the chain again does not move it;
    /// <c>RemoveResilience().AddResilience()</c> does.
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

    /// <summary>Adds the resilience chain to this client, with settings in code that override its configuration.</summary>
    /// <inheritdoc cref="AddResilience(IHttpClientBuilder)"/>
    /// <param name="builder">The builder of the client; its name is the service name.</param>
    /// <param name="configure">Changes the options. It runs again after each configuration change, each time on new options.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder AddResilience(this IHttpClientBuilder builder, Action<ResilientHttpClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        builder.Registration().Configure((options, _) => configure(options));
        return builder.AddResilience();
    }

    /// <summary>Adds the resilience chain to this client, with the settings of another section.</summary>
    /// <inheritdoc cref="AddResilience(IHttpClientBuilder)"/>
    /// <param name="builder">The builder of the client; its name is the service name.</param>
    /// <param name="section">
    /// The section that is read instead of <c>ResilientHttpClients:Clients:{name}</c>, or instead of <c>ResilientHttpClients:Defaults</c>
    /// in <c>ConfigureHttpClientDefaults</c>. Changes apply while the app runs.
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
    /// Adds the resilience chain to this client, with the settings of a section that was written for <c>AddStandardResilienceHandler</c> or
    /// <c>AddStandardHedgingHandler</c> of Microsoft.Extensions.Http.Resilience. Settings that are missing have the defaults of that
    /// package. The differences in behavior are logged once, at startup.
    /// </summary>
    /// <inheritdoc cref="AddResilience(IHttpClientBuilder)"/>
    /// <param name="builder">The builder of the client; its name is the service name.</param>
    /// <param name="section">
    /// The section that is read instead of <c>ResilientHttpClients:Clients:{name}</c>. If a key has no counterpart here, the app does not
    /// start, and the exception has its path. If the section contains <c>Hedging</c> or <c>Endpoint</c>, it is read as one of
    /// <c>AddStandardHedgingHandler</c>.
    /// </param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder AddResilienceFromStandardHandler(this IHttpClientBuilder builder, IConfigurationSection section)
    {
        builder.AddResilience(section);
        builder.Registration().HasStandardSection = true;
        return builder;
    }

    /// <summary>Changes the options of this client in code that uses services of the container. This overrides the configuration.</summary>
    /// <param name="builder">The builder of a client that has the chain.</param>
    /// <param name="configure">
    /// Changes the options. It gets the root provider of the container, which has no scoped services. It must not create a client with the
    /// chain, because the settings are not known yet. It runs again after each configuration change, each time on new options.
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
    /// Adds a delegate that can answer a call that was refused, timed out or failed temporarily, whatever its method. Several delegates are
    /// called in the order in which they were added, and before stale and fixed answers.
    /// </summary>
    /// <param name="builder">The builder of a client that has the chain.</param>
    /// <param name="fallback">
    /// Returns a new response each time, or <see langword="null"/> if it has no answer. All delegates of a call share the rest of the total
    /// timeout, but have at least <see cref="HttpFallbackOptions.Timeout"/>; then the token is canceled. If no delegate answers, and no
    /// stale or fixed answer exists, the caller gets the original outcome. If a delegate throws, that is logged, and the next one is
    /// called.
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
    /// Removes the resilience chain from this client, also if <c>ConfigureHttpClientDefaults</c> added it. The settings are kept: if the
    /// chain is added again, it has the same settings at the new position.
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
