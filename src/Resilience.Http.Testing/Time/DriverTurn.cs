namespace Resilience.Http.Testing.Time;

/// <summary>What the driver of a call is to do next.</summary>
internal enum DriverTurn
{
    /// <summary>The call has ended: hand on its result.</summary>
    CallEnded,

    /// <summary>Nothing can run by itself: move the clock.</summary>
    MoveClock,

    /// <summary>Something runs or blocks, and nothing has happened for longer than the limit of real time.</summary>
    Stalled,
}
