namespace Resilience.Http.Pipeline;

/// <summary>Knows how far this process is behind with its own work.</summary>
internal interface IProcessWatch
{
    /// <summary>Whether the process was behind at some time between two timestamps, so that a response may be there unseen.</summary>
    bool WasBehind(long since, long now);
}
