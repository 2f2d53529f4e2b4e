using StackExchange.Redis;

namespace Resilience.Http;

/// <summary>Settings of the Redis store of a fleet.</summary>
public sealed class FleetRedisOptions
{
    /// <summary>
    /// The connection that the fleet creates, as a configuration string of StackExchange.Redis: <c>redis.internal:6379,password=...</c>.
    /// Its timeouts and its backlog policy are set so that a lost server is noticed within a second and no command is sent late. Timeouts
    /// in the string are kept. In any case, a replica waits for an answer for at most 250 ms.
    /// </summary>
    /// <value>Default: <see langword="null"/>. Either this or <see cref="Connection"/> is needed.</value>
    public string? Configuration { get; set; }

    /// <summary>
    /// A connection of the app, which is used instead of a connection that the fleet creates. With the default settings of
    /// StackExchange.Redis, it sends delayed commands when the server is back. That does no harm, because they have expired by then. But a
    /// lost server is noticed later.
    /// </summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<IServiceProvider, IConnectionMultiplexer>? Connection { get; set; }

    /// <summary>
    /// The prefix of all keys. Replicas with the same prefix are one fleet. Keep a part of it in braces: in a cluster, the braces put all
    /// keys of the fleet on one node, which the scripts need.
    /// </summary>
    /// <value>
    /// Default: <see langword="null"/>. The prefix is then <c>{resilience:name}</c>, with the name of the app without its version.
    /// </value>
    public string? KeyPrefix { get; set; }

    /// <summary>The number of the database.</summary>
    /// <value>Default: -1, the default database of the connection.</value>
    public int Database { get; set; } = -1;
}
