using Resilience.Http.Fleet.Rules;

namespace Resilience.Http.Fleet.Running;

/// <summary>Writes records of breaks: reads what another replica wrote in between, and takes the step again on top of it.</summary>
internal sealed class FleetWriter(StoreCommands commands, StoreTime time, TimeProvider clock)
{
    /// <summary>A replica that lost so many races in a row goes on with the next exchange.</summary>
    private const int MostRaces = 8;

    public long Now => time.Now;

    /// <summary>Takes a step from the record as it is.</summary>
    /// <param name="key">The key of the record.</param>
    /// <param name="known">The record as this replica knows it.</param>
    /// <param name="step">
    /// The next record at the store's time, or <see langword="null"/> if there is nothing to write. It may run several times.
    /// </param>
    /// <param name="limit">How long to wait in all.</param>
    /// <param name="cancellationToken">The host stops.</param>
    /// <returns>The record as it is now, and whether the step was written.</returns>
    public async ValueTask<(KnownBreak Break, bool Written)> StepAsync(
        string key, KnownBreak known, Func<BreakRecord?, long, BreakRecord?> step, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var waiting = new CancellationTokenSource(limit, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(waiting.Token, cancellationToken);
        for (var races = 0; races < MostRaces; races++)
        {
            var now = time.Now;
            if (step(known.Record, now) is not { } next)
            {
                return (known, false);
            }

            var write = new FleetWrite(
                key, known.Version, FleetJson.Write(next), ExpiryOf(next, now), NotAfter: now + (long)FleetTimes.Command.TotalMilliseconds);
            var result = await WriteAsync(write, linked.Token).ConfigureAwait(false);
            known = KnownBreak.From(result.Current, result.Now);
            if (result.Written)
            {
                return (known, true);
            }
        }

        return (known, false);
    }

    public async ValueTask<FleetWriteResult> WriteAsync(FleetWrite write, CancellationToken cancellationToken)
    {
        var askedAt = clock.GetTimestamp();
        var result = await commands
            .RunAsync((store, token) => store.TryWriteAsync(write, token), cancellationToken).ConfigureAwait(false);
        time.Set(result.Now, askedAt);
        return result;
    }

    private static long ExpiryOf(BreakRecord record, long now) => record.IsClosed
        ? now + (long)FleetTimes.Closed.TotalMilliseconds
        : Math.Max(now, record.EndsAt) + (long)FleetTimes.Trials.TotalMilliseconds;
}
