using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>Sends along what is left for the answer: renewed for each send, and never longer than the caller's own field says.</summary>
internal static class OutgoingDeadline
{
    /// <param name="request">The request that is about to be sent.</param>
    /// <param name="attempt">The attempt, which begins now.</param>
    /// <param name="deadline">The timestamp at which the send is cut; <see cref="long.MaxValue"/> if nothing limits it.</param>
    public static void Write(HttpRequestMessage request, AttemptContext attempt, long deadline)
    {
        var call = attempt.Call;
        var options = call.Options.Deadline;
        if (deadline == long.MaxValue || options.Excludes(request.RequestUri))
        {
            return;
        }

        var field = call.CallerDeadline;
        field.Note(request, options.Header, call.IsGrpc, call.Clock, call.StartedAt);
        field.Overwrite(request, call.Clock.Until(attempt.StartedAt, Math.Min(deadline, field.ExpiresAt))!.Value);
    }

    /// <summary>The send has ended.</summary>
    public static void Restore(HttpRequestMessage request, AttemptContext attempt)
    {
        if (attempt.Call.CallerDeadline is { Name: not null } field)
        {
            field.Restore(request);
        }
    }
}
