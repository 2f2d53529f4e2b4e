namespace Resilience.Http.Testing.Time;

/// <summary>A call that is driven. Guarded by the gate of its scope.</summary>
internal sealed class DrivenCall
{
    public bool HasEnded { get; set; }

    /// <summary>Its driver has handed on a result, or given it up.</summary>
    public bool IsLeft { get; set; }

    /// <summary>Its driver counts as running.</summary>
    public bool IsCounted { get; set; }
}
