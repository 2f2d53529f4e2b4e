namespace Resilience.Http.Pipeline;

/// <summary>A feature that chooses where sends go. Asking takes nothing, so the choice may differ when the send begins.</summary>
internal interface INextTargetSource
{
    /// <summary>The address of a further send beside one that is in flight.</summary>
    Uri? FindNext(AttemptContext attempt, long now);
}
