namespace Resilience.Http.Testing.Time;

/// <summary>A call that is driven. Guarded by the gate of its scope.</summary>
internal sealed class DrivenCall
{
    public bool HasEnded { get; set; }

    /// <summary>Nobody drives it any more: its result is handed on, or it was given up.</summary>
    public bool IsLeft { get; set; }

    /// <summary>Its driver counts as running.</summary>
    public bool IsCounted { get; set; }
}
