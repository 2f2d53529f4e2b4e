namespace Resilience.Http.Testing.Time;

/// <summary>A call that is driven. Guarded by the gate of its scope.</summary>
internal sealed class DrivenCall
{
    public bool HasEnded { get; set; }

    /// <summary>No longer driven: its result was passed on, or it was abandoned.</summary>
    public bool IsLeft { get; set; }

    /// <summary>Its driver counts as running.</summary>
    public bool IsCounted { get; set; }
}
