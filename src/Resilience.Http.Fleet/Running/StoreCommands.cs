using Resilience.Http.Pipeline;

namespace Resilience.Http.Fleet.Running;

/// <summary>
/// Sends commands to the store. No command is waited for longer than <see cref="FleetTimes.Answer"/>, even if the store ignores its token;
/// one that fails later is of no interest.
/// </summary>
internal sealed class StoreCommands(IFleetStore store, TimeProvider clock, FleetCounters counters)
{
    public async ValueTask<T> RunAsync<T>(
        Func<IFleetStore, CancellationToken, ValueTask<T>> command, CancellationToken cancellationToken)
    {
        using var waiting = new CancellationTokenSource(FleetTimes.Answer, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(waiting.Token, cancellationToken);
        counters.Command();
        return await command(store, linked.Token).AsTask().Observed().WaitAsync(linked.Token).ConfigureAwait(false);
    }
}
