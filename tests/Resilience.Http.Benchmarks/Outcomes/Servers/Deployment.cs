using System.Globalization;
using Resilience.Http.Benchmarks.Outcomes.Processes;

namespace Resilience.Http.Benchmarks.Outcomes.Servers;

/// <summary>
/// The servers of one contender: backends in processes of their own and, if there are several to be balanced, a balancer in front of them.
/// </summary>
internal sealed class Deployment : IAsyncDisposable
{
    private readonly ServiceShape _shape;
    private readonly ChildProcess?[] _backends;
    private readonly Uri[] _addresses;
    private ChildProcess? _balancer;

    private Deployment(ServiceShape shape)
    {
        _shape = shape;
        _backends = new ChildProcess[shape.Backends];
        _addresses = new Uri[shape.Backends];
    }

    /// <summary>What the clients call.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The backends themselves.</summary>
    public IReadOnlyList<Uri> Addresses => _addresses;

    public int Backends => _backends.Length;

    public static async Task<Deployment> StartAsync(ServiceShape shape)
    {
        var deployment = new Deployment(shape);
        await Task.WhenAll(Enumerable.Range(0, shape.Backends).Select(deployment.StartAsync));
        deployment.Address = deployment._addresses[0];
        if (shape is { Backends: > 1, Balancing: { } balancing })
        {
            deployment._balancer = ChildProcess.Start(
                [BalancerServer.Command, balancing, .. deployment._addresses.Select(address => $"{address}")]);
            deployment.Address = new Uri(await deployment._balancer.ReadLineAsync());
        }

        return deployment;
    }

    /// <summary>Starts a backend, on the port it had before if it was killed.</summary>
    public async Task StartAsync(int backend)
    {
        string[] figures =
        [
            $"{_addresses[backend]?.Port ?? 0}",
            $"{_shape.Workers}",
            _shape.ServiceMilliseconds.ToString(CultureInfo.InvariantCulture),
            $"{_shape.Queue}",
        ];
        var process = ChildProcess.Start([BackendServer.Command, .. figures]);
        _backends[backend] = process;
        _addresses[backend] = new Uri(await process.ReadLineAsync());
    }

    public async Task KillAsync(int backend)
    {
        if (_backends[backend] is { } process)
        {
            _backends[backend] = null;
            await process.DisposeAsync();
        }
    }

    public Task FreezeAsync(int backend) => _backends[backend]!.FreezeAsync();

    public Task CommandAsync(string command) =>
        Task.WhenAll(_backends.Where(backend => backend is not null).Select(backend => backend!.WriteLineAsync(command)));

    public Task CommandAsync(int backend, string command) => _backends[backend]!.WriteLineAsync(command);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _backends.Append(_balancer).OfType<ChildProcess>())
        {
            await process.DisposeAsync();
        }
    }
}
