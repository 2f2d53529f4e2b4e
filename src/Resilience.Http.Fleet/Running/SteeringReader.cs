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
    /// Takes in what the store has. If it lacks an order that is known here, it has lost data, for example because it has restarted with
    /// its last snapshot. The order is written again, for the replicas that start later.
    /// </summary>
    public async ValueTask ReadAsync(string service, FleetRecord? stored, CancellationToken cancellationToken)
    {
        if (Take(service, stored) is not { } inStore)
        {
            return;
        }

        var (version, known) = Known(service);
        var now = time.Now;
        var isOld = stored is not null && now - inStore.KeptAt > SteeringRecord.KeepEvery.TotalMilliseconds;
        if (isOld || !known.SaysTheSameAs(inStore, now))
        {
            await TryWriteAsync(service, version, known.Pruned(now), now, cancellationToken).ConfigureAwait(false);
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
        Take(service, result.Current);
        return result.Written;
    }

    /// <summary>
    /// Adds the orders in the store to the known ones, and carries out those that are new, in the order in which they were given. What is
    /// known and no longer in the store still counts, so an older state of the store brings no order back that a later one replaced.
    /// </summary>
    /// <returns>What is in the store; <see langword="null"/> if that cannot be read.</returns>
    private SteeringRecord? Take(string service, FleetRecord? stored)
    {
        var inStore = stored is null ? SteeringRecord.Empty : FleetJson.ReadSteering(stored.Value);
        SteeringEntry[] fresh;
        lock (_gate)
        {
            var (_, known) = Known(service);
            var merged = inStore is null ? known : known.Merge(inStore);
            fresh = [.. merged.Entries.Except(known.Entries).OrderBy(static entry => entry.At)];
            _known[service] = (stored?.Version ?? 0, merged);
        }

        var now = time.Now;
        foreach (var entry in fresh.Where(entry => !(entry.Until <= now)))
        {
            steered.Carry(service, entry, entry.Until is { } until ? TimeSpan.FromMilliseconds(until - now) : null);
        }

        return inStore;
    }

    private (long Version, SteeringRecord Record) Known(string service)
    {
        lock (_gate)
        {
            return _known.GetValueOrDefault(service, (0, SteeringRecord.Empty));
        }
    }
}
