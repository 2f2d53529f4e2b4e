using StackExchange.Redis;

namespace Resilience.Http.Fleet.Redis;

/// <summary>The fleet's own connection. It is made when it is first needed, and again if that failed.</summary>
internal sealed class FleetConnections(ConfigurationOptions options) : IDisposable
{
    private readonly Lock _gate = new();
    private Task<IConnectionMultiplexer>? _connection;
    private bool _isDisposed;

    public Task<IConnectionMultiplexer> GetAsync()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _connection is null or { IsFaulted: true } or { IsCanceled: true }
                ? _connection = ConnectAsync().Observed()
                : _connection;
        }
    }

    public void Dispose()
    {
        Task<IConnectionMultiplexer>? last;
        lock (_gate)
        {
            _isDisposed = true;
            last = _connection;
        }

        // If it still connects, the host does not wait for it.
        last?.ContinueWith(
            static made => made.Result.Dispose(),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task<IConnectionMultiplexer> ConnectAsync() =>
        await Task.Run(() => ConnectionMultiplexer.ConnectAsync(options)).ConfigureAwait(false);
}
