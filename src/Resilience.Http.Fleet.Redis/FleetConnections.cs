using StackExchange.Redis;

namespace Resilience.Http.Fleet.Redis;

/// <summary>The connection of the fleet's own. It is made when it is first needed, and again if that failed.</summary>
internal sealed class FleetConnections(ConfigurationOptions options) : IDisposable
{
    /// <summary>
    /// Limits in the format of the library; what the app's own configuration says comes later in the string and wins.
    /// After a failover, the new master is found by its role when the configuration is checked.
    /// </summary>
    private const string Limits = "connectTimeout=1000,asyncTimeout=250,syncTimeout=250,keepAlive=1,configCheckSeconds=2";

    private readonly Lock _gate = new();
    private Task<IConnectionMultiplexer>? _connection;
    private bool _isDisposed;

    /// <summary>
    /// With the defaults of the library a command waits for seconds when the server is gone, and is sent when it is back.
    /// </summary>
    public static ConfigurationOptions Parse(string configuration)
    {
        var options = ConfigurationOptions.Parse($"{Limits},{configuration}");
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
        options.ReconnectRetryPolicy = new LinearRetry(500);
        options.ClientName ??= "resilience-fleet";
        options.IncludeDetailInExceptions = false; // counters of the thread pool hide the reason in a log line
        return options;
    }

    public Task<IConnectionMultiplexer> GetAsync()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _connection is null or { IsFaulted: true } or { IsCanceled: true } ? _connection = ConnectAsync() : _connection;
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
