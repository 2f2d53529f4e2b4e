using Microsoft.Extensions.Hosting;
using Resilience.Http;
using Resilience.Http.Fleet.Redis;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stores the data of a fleet in Redis.</summary>
public static class FleetRedisBuilderExtensions
{
    /// <summary>
    /// Uses Redis, or a server that supports its protocol and runs Lua scripts atomically. The fleet creates its own connection.
    /// </summary>
    /// <param name="fleet">The builder of the fleet.</param>
    /// <param name="configuration">
    /// The server, as a configuration string of StackExchange.Redis: <c>redis.internal:6379,password=...</c>.
    /// </param>
    /// <returns>The same builder.</returns>
    public static FleetBuilder UseRedis(this FleetBuilder fleet, string configuration) =>
        fleet.UseRedis(options => options.Configuration = configuration);

    /// <summary>Uses Redis, or a server that supports its protocol and runs Lua scripts atomically.</summary>
    /// <param name="fleet">The builder of the fleet.</param>
    /// <param name="configure">Sets the connection and the prefix of the keys.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">No connection was given.</exception>
    public static FleetBuilder UseRedis(this FleetBuilder fleet, Action<FleetRedisOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(fleet);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new FleetRedisOptions();
        configure(options);
        var own = options is { Connection: null, Configuration: { Length: > 0 } text } ? ConnectionSettings.Parse(text) : null;
        if (own is null && options.Connection is null)
        {
            throw new ArgumentException("UseRedis needs a Configuration, such as redis.internal:6379, or a Connection.", nameof(configure));
        }

        return fleet.UseStore(provider => Create(options, own, provider));
    }

    private static RedisFleetStore Create(FleetRedisOptions options, ConfigurationOptions? own, IServiceProvider provider)
    {
        var prefix = options.KeyPrefix
            ?? $"{{resilience:{provider.GetService<IHostEnvironment>()?.ApplicationName ?? AppDomain.CurrentDomain.FriendlyName}}}";
        if (own is not null)
        {
            var connections = new FleetConnections(own);
            var server = $"Redis at {string.Join(", ", own.EndPoints.Select(EndPointCollection.ToString))}";
            return new(server, prefix, connections.GetAsync, options.Database, connections);
        }

        var connection = options.Connection!(provider);
        return new("Redis on a connection of the app", prefix, () => Task.FromResult(connection), options.Database, owned: null);
    }
}
