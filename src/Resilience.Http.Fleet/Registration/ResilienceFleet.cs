using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Resilience.Http.Fleet.Quotas;
using Resilience.Http.Fleet.Rules;
using Resilience.Http.Fleet.Running;
using Resilience.Http.Fleet.Telemetry;
using Resilience.Http.Pipeline;
using Resilience.Http.Registration.Configuration;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Fleet.Registration;

/// <summary>Runs the exchanges of this replica from the start of the host to its end.</summary>
internal sealed class ResilienceFleet : IResilienceFleet, IFleetDescription, IFleetSteering, IHostedService, IDisposable
{
    /// <summary>How long the start of the app waits for what the fleet knows. Without a store it goes on.</summary>
    private static readonly TimeSpan FirstExchanges = TimeSpan.FromMilliseconds(500);

    /// <summary>Own transitions are news at once, but not more often than this.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);

    private readonly ContainerCircuitSource _source;
    private readonly ICircuitRegistry _circuits;
    private readonly LiveOptions _clients;
    private readonly ResilienceRuntime _host;
    private readonly FleetReplica _replica;
    private readonly FleetQuotas _quotas;
    private readonly FleetConnection _connection;
    private readonly FleetMetrics _metrics;
    private readonly ILogger _log;
    private readonly Signal _news = new();
    private readonly TaskCompletionSource _firstExchange = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private volatile IReadOnlyList<FleetCircuitStatus> _status = [];
    private string _joined = "";
    private bool _hadTooMany;
    private bool _isDisposed;
    private Task _running = Task.CompletedTask;

    public ResilienceFleet(
        FleetName name,
        IFleetStore store,
        ContainerCircuitSource source,
        ICircuitRegistry circuits,
        LiveOptions clients,
        ResilienceRuntime host)
    {
        (_source, _circuits, _clients, _host) = (source, circuits, clients, host);
        _log = host.CreateLogger(FleetLog.Category);
        _replica = new(name.Text, store, source, new FleetOrders(() => circuits, _log), host.Clock, host.Chance);
        _quotas = new(name.Text, store, _replica.Counters, host);
        _connection = new(name.Text, $"{store}", host);
        _metrics = new(host, () => IsReached, _replica.Counters, GetStatus);
    }

    /// <summary>Whether the store answers; <see langword="null"/> if it was not needed yet.</summary>
    public bool? IsReached => Connection.IsReached;

    /// <summary>If the replicas share no circuits, the quotas alone show whether the store answers.</summary>
    private (bool? IsReached, DateTimeOffset Since) Connection => _source.Services.Count > 0 ? (_connection.IsConnected, _connection.Since)
        : _quotas.Connection is { } quotas ? (!quotas.IsLost, quotas.Since)
        : (null, _connection.Since);

    public FleetStatus GetStatus()
    {
        var (isReached, since) = Connection;
        return new(_replica.Name, isReached == true, since, _status);
    }

    public string? Describe(string serviceName) =>
        _source.Has(serviceName) ? FleetStateText.Describe(GetStatus(), serviceName) : null;

    public async Task IsolateAsync(
        string serviceName,
        string reason,
        TimeSpan? duration = null,
        string? authority = null,
        string? by = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (duration is { } length)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero, nameof(duration));
        }

        var circuit = Canonical(authority);
        await OrderAsync(
            serviceName,
            at => new(circuit, Isolates: true, reason, by ?? _replica.Name, at, at + (long?)duration?.TotalMilliseconds),
            cancellationToken).ConfigureAwait(false);
    }

    public async Task ResetAsync(
        string serviceName, string? authority = null, string? by = null, CancellationToken cancellationToken = default)
    {
        var circuit = Canonical(authority);
        await OrderAsync(
            serviceName, at => new(circuit, Isolates: false, "", by ?? _replica.Name, at, Until: null), cancellationToken)
            .ConfigureAwait(false);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _clients.Start();
        _circuits.Transitioned += Notice;
        _quotas.Start(_stopping.Token);
        _running = RunAsync(_stopping.Token).Observed(); // A host that is not started completely is disposed without a stop.
        using var waiting = new CancellationTokenSource(FirstExchanges, _host.Clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(waiting.Token, cancellationToken);
        await _firstExchange.Task.WaitAsync(linked.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _circuits.Transitioned -= Notice;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_connection.IsConnected)
        {
            await _replica.LeaveAsync(cancellationToken).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _quotas.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The container disposes of it once for each service that it is.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        _stopping.Cancel();
        _stopping.Dispose();
        _replica.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var wait = await ExchangeAsync(stopping).ConfigureAwait(false);
            await Task.Delay(Shortest, _host.Clock, stopping).ConfigureAwait(false);
            await _news.WaitAsync(wait > Shortest ? wait - Shortest : TimeSpan.Zero, _host.Clock, stopping).ConfigureAwait(false);
        }
    }

    /// <returns>How long to wait for the next one.</returns>
    private async Task<TimeSpan> ExchangeAsync(CancellationToken stopping)
    {
        if (_source.Services is not { Count: > 0 } services)
        {
            _status = [];
            _firstExchange.TrySetResult();
            return FleetTimes.Calm;
        }

        try
        {
            await _replica.ExchangeAsync(stopping).ConfigureAwait(false);
            Succeed(services);
            return _replica.UntilNextExchange();
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            _replica.Counters.Fail();
            _metrics.RecordExchange(succeeded: false);
            var wasConnected = _connection.IsConnected;
            _connection.Fail(exception);
            return wasConnected ? FleetTimes.Busy : _replica.UntilNextTry();
        }
    }

    private void Succeed(IReadOnlyList<string> services)
    {
        _connection.Succeed();
        _metrics.RecordExchange(succeeded: true);
        _status = [.. _replica.Circuits.Select(Status)];
        var joined = string.Join(", ", services.Select(ServiceText.Format));
        if (joined != _joined)
        {
            _joined = joined;
            _log.Joined(_replica.Name, joined);
        }

        if (_replica.HasTooMany && !_hadTooMany)
        {
            _hadTooMany = true;
            _log.TooManyCircuits(FleetReplica.MostCircuits);
        }

        _firstExchange.TrySetResult();
    }

    private static FleetCircuitStatus Status(SharedCircuit circuit) => new(
        circuit.Circuit.Name.Service,
        circuit.Circuit.Name.Authority,
        circuit.Quorum.WithTraffic,
        circuit.Quorum.Open,
        circuit.Known.Current?.Reason,
        circuit.Known.Current?.By);

    private void Notice(CircuitTransition transition)
    {
        if (transition.To == CircuitState.Open)
        {
            _news.Raise();
        }
    }

    private async Task OrderAsync(string serviceName, Func<long, SteeringEntry> order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        _clients.Start();
        if (!_source.Has(serviceName))
        {
            throw new InvalidOperationException(
                $"{ServiceText.Format(serviceName)} does not share its circuits. Set Fleet:Enabled of that client to true.");
        }

        try
        {
            await _replica.SteerAsync(serviceName, order, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException(
                $"{ServiceText.Format(serviceName)}: the store of the fleet did not confirm the order: " +
                $"{FleetConnection.Describe(exception)}. " +
                "It reached no replica, or it reaches all of them within a second. ICircuitRegistry acts in this replica alone.",
                exception);
        }
    }

    private static string Canonical(string? authority)
    {
        if (authority is null or Authority.AnyAuthority)
        {
            return Authority.AnyAuthority;
        }

        return Authority.TryParse(authority, out var canonical)
            ? canonical
            : throw new ArgumentException(
                $"'{authority}' is not an authority. Write scheme, host and port: https://payments.internal:8443.", nameof(authority));
    }
}
