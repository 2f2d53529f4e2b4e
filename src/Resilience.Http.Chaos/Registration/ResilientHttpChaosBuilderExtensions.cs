using Resilience.Http;
using Resilience.Http.Chaos.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Allows fault injection into one client.</summary>
public static class ResilientHttpChaosBuilderExtensions
{
    /// <summary>
    /// Allows fault injection into this client, directly around its primary handler. The order of the statements does not matter. Nothing
    /// is injected until <c>ResilientHttpChaos</c> turns it on and all gates are open. In <c>ConfigureHttpClientDefaults</c>: into all
    /// clients.
    /// </summary>
    /// <param name="builder">The builder of the client.</param>
    /// <param name="configure">
    /// Faults in code, on top of <c>ResilientHttpChaos:Clients:{name}</c>; in <c>ConfigureHttpClientDefaults</c> the faults of every client
    /// that has none of the same kind. Runs again at each change of the configuration, each time on new options.
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
