namespace Resilience.Http.Chaos.Experiments.Traffic;

/// <summary>One call under a watch.</summary>
/// <param name="begun">The clock's timestamp when it began.</param>
internal sealed class WatchedCall(long begun)
{
    public long Begun { get; } = begun;
}
