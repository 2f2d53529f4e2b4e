using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Resilience.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Registers HttpClients with the resilience chain: named, typed, or typed behind an interface. The service name is the name of the client,
/// of its section in configuration and of its circuits. Two typed clients with one name share all of these.
/// </summary>
public static class ResilientHttpClientServiceCollectionExtensions
{
    private const DynamicallyAccessedMemberTypes Constructors = DynamicallyAccessedMemberTypes.PublicConstructors;

    /// <summary>
    /// Registers a named client with the resilience chain. Its settings are those of <c>ResilientHttpClients:Clients:{serviceName}</c>,
    /// which override <c>ResilientHttpClients:Defaults</c>.
    /// </summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="serviceName">
    /// The name of the service that is called. It is case-sensitive, and must not contain <c>:</c>, because it is a configuration key.
    /// </param>
    /// <returns>The builder of the client. Handlers added to it run inside the chain, once per attempt and once per hedge.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static IHttpClientBuilder AddResilientHttpClient(this IServiceCollection services, string serviceName) =>
        services.Named(serviceName).AddResilience();

    /// <summary>Registers a named client with the resilience chain, with settings in code that override its configuration.</summary>
    /// <inheritdoc cref="AddResilientHttpClient(IServiceCollection, string)"/>
    /// <param name="services">The services of the app.</param>
    /// <param name="serviceName">
    /// The name of the service that is called. It is case-sensitive, and must not contain <c>:</c>, because it is a configuration key.
    /// </param>
    /// <param name="configure">Changes the options. It runs again after each configuration change, each time on new options.</param>
    public static IHttpClientBuilder AddResilientHttpClient(
        this IServiceCollection services, string serviceName, Action<ResilientHttpClientOptions> configure) =>
        services.Named(serviceName).AddResilience(configure);

    /// <summary>Registers a named client with the resilience chain, with the settings of another section.</summary>
    /// <inheritdoc cref="AddResilientHttpClient(IServiceCollection, string)"/>
    /// <param name="services">The services of the app.</param>
    /// <param name="serviceName">
    /// The name of the service that is called. It is case-sensitive, and must not contain <c>:</c>, because it is a configuration key.
    /// </param>
    /// <param name="section">
    /// The section that is read instead of <c>ResilientHttpClients:Clients:{serviceName}</c>. Changes apply while the app runs.
    /// </param>
    public static IHttpClientBuilder AddResilientHttpClient(
        this IServiceCollection services, string serviceName, IConfigurationSection section) =>
        services.Named(serviceName).AddResilience(section);

    /// <summary>Registers a typed client with the resilience chain.</summary>
    /// <inheritdoc cref="AddResilientHttpClient(IServiceCollection, string)"/>
    /// <typeparam name="TClient">The typed client; its constructor takes an <see cref="HttpClient"/>.</typeparam>
    public static IHttpClientBuilder AddResilientHttpClient<[DynamicallyAccessedMembers(Constructors)] TClient>(
        this IServiceCollection services, string serviceName)
        where TClient : class =>
        services.Typed<TClient>(serviceName).AddResilience();

    /// <summary>Registers a typed client with the resilience chain, with settings in code that override its configuration.</summary>
    /// <inheritdoc cref="AddResilientHttpClient(IServiceCollection, string, Action{ResilientHttpClientOptions})"/>
    /// <typeparam name="TClient">The typed client; its constructor takes an <see cref="HttpClient"/>.</typeparam>
    public static IHttpClientBuilder AddResilientHttpClient<[DynamicallyAccessedMembers(Constructors)] TClient>(
        this IServiceCollection services, string serviceName, Action<ResilientHttpClientOptions> configure)
        where TClient : class =>
        services.Typed<TClient>(serviceName).AddResilience(configure);

    /// <summary>Registers a typed client with the resilience chain, with the settings of another section.</summary>
    /// <inheritdoc cref="AddResilientHttpClient(IServiceCollection, string, IConfigurationSection)"/>
    /// <typeparam name="TClient">The typed client; its constructor takes an <see cref="HttpClient"/>.</typeparam>
    public static IHttpClientBuilder AddResilientHttpClient<[DynamicallyAccessedMembers(Constructors)] TClient>(
        this IServiceCollection services, string serviceName, IConfigurationSection section)
        where TClient : class =>
        services.Typed<TClient>(serviceName).AddResilience(section);

    /// <summary>Registers a typed client behind an interface, with the resilience chain.</summary>
    /// <inheritdoc cref="AddResilientHttpClient(IServiceCollection, string)"/>
    /// <typeparam name="TClient">The type that is injected.</typeparam>
    /// <typeparam name="TImplementation">The typed client; its constructor takes an <see cref="HttpClient"/>.</typeparam>
    public static IHttpClientBuilder AddResilientHttpClient<TClient, [DynamicallyAccessedMembers(Constructors)] TImplementation>(
        this IServiceCollection services, string serviceName)
        where TClient : class
        where TImplementation : class, TClient =>
        services.Typed<TClient, TImplementation>(serviceName).AddResilience();

    /// <summary>
    /// Registers a typed client behind an interface, with the resilience chain and settings in code that override its configuration.
    /// </summary>
    /// <inheritdoc cref="AddResilientHttpClient(IServiceCollection, string, Action{ResilientHttpClientOptions})"/>
    /// <typeparam name="TClient">The type that is injected.</typeparam>
    /// <typeparam name="TImplementation">The typed client; its constructor takes an <see cref="HttpClient"/>.</typeparam>
    public static IHttpClientBuilder AddResilientHttpClient<TClient, [DynamicallyAccessedMembers(Constructors)] TImplementation>(
        this IServiceCollection services, string serviceName, Action<ResilientHttpClientOptions> configure)
        where TClient : class
        where TImplementation : class, TClient =>
        services.Typed<TClient, TImplementation>(serviceName).AddResilience(configure);

    /// <summary>Registers a typed client behind an interface, with the resilience chain and the settings of another section.</summary>
    /// <inheritdoc cref="AddResilientHttpClient(IServiceCollection, string, IConfigurationSection)"/>
    /// <typeparam name="TClient">The type that is injected.</typeparam>
    /// <typeparam name="TImplementation">The typed client; its constructor takes an <see cref="HttpClient"/>.</typeparam>
    public static IHttpClientBuilder AddResilientHttpClient<TClient, [DynamicallyAccessedMembers(Constructors)] TImplementation>(
        this IServiceCollection services, string serviceName, IConfigurationSection section)
        where TClient : class
        where TImplementation : class, TClient =>
        services.Typed<TClient, TImplementation>(serviceName).AddResilience(section);

    private static IHttpClientBuilder Named(this IServiceCollection services, string serviceName)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceName);
        return services.AddHttpClient(serviceName);
    }

    private static IHttpClientBuilder Typed<[DynamicallyAccessedMembers(Constructors)] TClient>(
        this IServiceCollection services, string serviceName)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceName);
        return services.AddHttpClient<TClient>(serviceName);
    }

    private static IHttpClientBuilder Typed<TClient, [DynamicallyAccessedMembers(Constructors)] TImplementation>(
        this IServiceCollection services, string serviceName)
        where TClient : class
        where TImplementation : class, TClient
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceName);
        return services.AddHttpClient<TClient, TImplementation>(serviceName);
    }
}
