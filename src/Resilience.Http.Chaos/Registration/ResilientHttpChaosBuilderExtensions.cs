using Resilience.Http;
using Resilience.Http.Chaos.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets faults be injected into one client.</summary>
public static class ResilientHttpChaosBuilderExtensions
{
    /// <summary>
    /// Lets faults be injected into this client, directly around its primary handler, wherever this statement stands. Nothing is injected before
    /// <c>ResilientHttpChaos</c> says so and all gates are open. In <c>ConfigureHttpClientDefaults</c>: into all clients.
    /// </summary>
    /// <param name="builder">The builder of the client.</param>
    /// <param name="configure">
    /// Faults made in code, over those of <c>ResilientHttpChaos:Clients:{name}</c>; in <c>ConfigureHttpClientDefaults</c> the faults of every client
    /// that has none of the same kind. Runs again at each edit of the configuration, always on fresh options.
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
