using Resilience.Http.Fleet.Rules;

namespace Resilience.Http.Fleet.Running;

/// <summary>Reads the orders for each service, carries out those that are new, and writes those that are given here.</summary>
internal sealed class SteeringReader(FleetWriter writer, StoreTime time, ISteered steered)
{
    private const int MostRaces = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Version, SteeringRecord Record)> _known = new(StringComparer.Ordinal);

    public static string KeyOf(string service) => $"orders|{service}";

    /// <summary>
    /// Takes in what the store has. If it has nothing but isolations are in force here, its data is lost: they are written again, for the
    /// replicas that start later.
    /// </summary>
    public async ValueTask ReadAsync(string service, FleetRecord? stored, CancellationToken cancellationToken)
    {
        var (_, known) = Known(service);
        var now = time.Now;
        if (stored is null)
        {
            if (known.Pruned(now) is { HoldsIsolation: true } lost)
            {
                await TryWriteAsync(service, 0, lost, now, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        if (Take(service, stored) is { } record && now - record.KeptAt > SteeringRecord.KeepEvery.TotalMilliseconds)
        {
            await TryWriteAsync(service, stored.Version, record.Pruned(now), now, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Adds an order. Two replicas that give one at the same moment both succeed; the later one counts.</summary>
    public async ValueTask WriteAsync(string service, Func<long, SteeringEntry> order, CancellationToken cancellationToken)
    {
        for (var races = 0; races < MostRaces; races++)
        {
            var (version, known) = Known(service);
            var now = time.Now;
            var at = Math.Max(now, known.Entries.Select(static entry => entry.At + 1).DefaultIfEmpty().Max());
            if (await TryWriteAsync(service, version, known.With(order(at), now), now, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        throw new InvalidOperationException($"{service}: other replicas gave orders at the same time. Try again.");
    }

    private async ValueTask<bool> TryWriteAsync(
        string service, long version, SteeringRecord record, long now, CancellationToken cancellationToken)
    {
        var write = new FleetWrite(
            KeyOf(service),
            version,
            FleetJson.Write(record),
            now + (long)SteeringRecord.Lifetime.TotalMilliseconds,
            NotAfter: now + (long)FleetTimes.Command.TotalMilliseconds);
        var result = await writer.WriteAsync(write, cancellationToken).ConfigureAwait(false);
        if (result.Current is { } current)
        {
            Take(service, current);
        }
        else
        {
            Forget(service);
        }

        return result.Written;
    }

    /// <summary>Carries out the orders that were not known yet, in the order in which they were given.</summary>
    private SteeringRecord? Take(string service, FleetRecord stored)
    {
        if (FleetJson.ReadSteering(stored.Value) is not { } record)
        {
            return null;
        }

        SteeringEntry[] fresh;
        lock (_gate)
        {
            var (version, known) = _known.GetValueOrDefault(service, (0, SteeringRecord.Empty));
            fresh = version == stored.Version ? [] : [.. record.Entries.Except(known.Entries).OrderBy(static entry => entry.At)];
            _known[service] = (stored.Version, record);
        }

        var now = time.Now;
        foreach (var entry in fresh.Where(entry => !(entry.Until <= now)))
        {
            steered.Carry(service, entry, entry.Until is { } until ? TimeSpan.FromMilliseconds(until - now) : null);
        }

        return record;
    }

    private (long Version, SteeringRecord Record) Known(string service)
    {
        lock (_gate)
        {
            return _known.GetValueOrDefault(service, (0, SteeringRecord.Empty));
        }
    }

    /// <summary>The store has lost the record: the next write starts over, with what is known here.</summary>
    private void Forget(string service)
    {
        lock (_gate)
        {
            _known[service] = (0, Known(service).Record);
        }
    }
}
