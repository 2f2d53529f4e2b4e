using StackExchange.Redis;

namespace Resilience.Http;

/// <summary>Where and how the fleet keeps its data in Redis.</summary>
public sealed class FleetRedisOptions
{
    /// <summary>
    /// The connection that the fleet makes for itself, in the form of StackExchange.Redis: <c>redis.internal:6379,password=...</c>. Its
    /// limits and its backlog are set so that a lost server is noticed within a second and nothing is sent late; limits that the text
    /// names itself are kept. However long they are, a replica waits 250 ms for an answer.
    /// </summary>
    /// <value>Default: <see langword="null"/>. Either this or <see cref="Connection"/> is needed.</value>
    public string? Configuration { get; set; }

    /// <summary>
    /// A connection of the app, in place of one of the fleet's own. With its default settings it sends commands of an outage when the
    /// server is back. That does no harm here, since they are out of date by then, but a lost server is noticed later.
    /// </summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<IServiceProvider, IConnectionMultiplexer>? Connection { get; set; }

    /// <summary>
    /// What all keys begin with. Replicas with the same prefix are one fleet. Keep a part in braces: in a cluster it puts all keys of the
    /// fleet on one node, which the scripts need.
    /// </summary>
    /// <value>Default: <see langword="null"/>, which is <c>{resilience:name}</c> with the name of the app, without its version.</value>
    public string? KeyPrefix { get; set; }

    /// <summary>The number of the database.</summary>
    /// <value>Default: -1, that of the connection.</value>
    public int Database { get; set; } = -1;
}
