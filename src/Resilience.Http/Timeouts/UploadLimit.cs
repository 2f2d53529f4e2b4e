using Resilience.Http.Content;

namespace Resilience.Http.Timeouts;

/// <summary>
/// Moves the deadline of an attempt on with its body, up to the deadline of the call. The writer of the body may outlive the attempt.
/// </summary>
/// <param name="source">What cuts the attempt.</param>
/// <param name="limit">The attempt timeout in timestamps; <see cref="long.MaxValue"/> if there is none.</param>
/// <param name="callDeadline">The timestamp at which the whole call is cut.</param>
internal sealed class UploadLimit(TimeoutSource source, long limit, long callDeadline) : IBodyLimit
{
    private readonly int _use = source.Use;

    public bool IsOver => source.Use != _use || !source.IsRunning;

    public bool TryRestart(long now) =>
        source.TryExtend(_use, now, limit == long.MaxValue ? callDeadline : Math.Min(now + limit, callDeadline));
}
