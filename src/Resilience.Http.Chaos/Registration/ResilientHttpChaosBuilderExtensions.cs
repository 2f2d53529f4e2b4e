using Resilience.Http;
using Resilience.Http.Chaos.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Allows fault injection into one client.</summary>
public static class ResilientHttpChaosBuilderExtensions
{
    /// <summary>
    /// Allows fault injection into this client, directly around its primary handler. The order of the statements does not matter. Faults
    /// are injected only if <c>ResilientHttpChaos</c> enables them and all gates are open. In <c>ConfigureHttpClientDefaults</c>, it
    /// applies to all clients.
    /// </summary>
    /// <param name="builder">The builder of the client.</param>
    /// <param name="configure">
    /// Sets faults in code, after <c>ResilientHttpChaos:Clients:{name}</c> was read. In <c>ConfigureHttpClientDefaults</c>, they apply to
    /// every client that has no fault of the same kind. It runs again after each configuration change, each time on new options.
    /// </param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder AddChaos(this IHttpClientBuilder builder, Action<HttpChaosClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var registrations = builder.Services.ChaosRegistrations();
        if (builder.Name is not { } name)
        {
            registrations.All = true;
        }
        else
        {
            registrations.Add(name);
        }

        if (configure is not null)
        {
            registrations.Configure(options => configure(options.For(builder.Name)));
        }

        return builder;
    }
}
