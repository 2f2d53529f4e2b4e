using Resilience.Http.Benchmarks.Outcomes.Processes;
using Resilience.Http.Benchmarks.Outcomes.Servers;

namespace Resilience.Http.Benchmarks.Outcomes;

/// <summary>Something that is done to the servers or the client of a contender while the load runs.</summary>
/// <param name="At">When, in seconds from the start of the load; it scales with the length of the run.</param>
/// <param name="RunAsync">Does it.</param>
internal sealed record Step(double At, Func<Deployment, ChildProcess, Task> RunAsync)
{
    /// <summary>The trouble is over when it is done: the time until calls succeed again counts from here.</summary>
    public bool MakesWell { get; init; }

    public static Step Command(double at, string command) => new(at, (servers, _) => servers.CommandAsync(command));

    public static Step Kill(double at, int backend) => new(at, (servers, _) => servers.KillAsync(backend));

    public static Step Restart(double at, int backend) => new(at, (servers, _) => servers.StartAsync(backend));

    public static Step Hang(double at, int backend) => new(at, (servers, _) => servers.FreezeAsync(backend));

    public static Step KillAll(double at) => new(at, static (servers, _) => All(servers, servers.KillAsync));

    public static Step RestartAll(double at) => new(at, static (servers, _) => All(servers, servers.StartAsync)) { MakesWell = true };

    public static Step FreezeClient(double at) => new(at, static (_, client) => client.FreezeAsync());

    public static Step ThawClient(double at) => new(at, static (_, client) => client.ThawAsync()) { MakesWell = true };

    private static Task All(Deployment servers, Func<int, Task> actAsync) =>
        Task.WhenAll(Enumerable.Range(0, servers.Backends).Select(actAsync));
}
