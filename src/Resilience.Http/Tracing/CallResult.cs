using System.Globalization;
using Resilience.Http.Grpc;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tracing;

/// <summary>What a call came to in the end; a call that failed also has the type of its error.</summary>
internal readonly record struct CallResult(CallOutcome Outcome, string? ErrorType = null)
{
    public bool Failed => Outcome is CallOutcome.Failure or CallOutcome.Rejected or CallOutcome.Timeout;

    public static CallResult From(CallContext context, HttpRequestMessage request, HttpResponseMessage? response, Exception? exception)
    {
        if (context.FallbackKind is not null)
        {
            return new(CallOutcome.Fallback);
        }

        if (exception is not null)
        {
            var outcome = OutcomeOf(context, exception);
            return new(outcome, outcome == CallOutcome.Canceled ? null : ErrorTypes.Find(exception));
        }

        if (context.Attempt.Refused)
        {
            return new(CallOutcome.Rejected, context.IsGrpc ? GrpcStatus.Unavailable.Name() : StatusOf(response!));
        }

        // A call that no attempt was judged for (nothing asked) is judged here: a 503 that came through is still a failure.
        return context.Attempt.Judge(request, response, exception: null).Verdict is AttemptVerdict.Success or AttemptVerdict.Ignored
            ? new(CallOutcome.Success)
            : new(CallOutcome.Failure, context.LastGrpcStatus?.Name() ?? StatusOf(response!));
    }

    private static CallOutcome OutcomeOf(CallContext context, Exception exception)
    {
        if (context.CallerToken.IsCancellationRequested && exception is OperationCanceledException)
        {
            return CallOutcome.Canceled;
        }

        if (context.Attempt.FiredTimeout is not null)
        {
            return CallOutcome.Timeout;
        }

        return context.Attempt.Refused ? CallOutcome.Rejected : CallOutcome.Failure;
    }

    private static string StatusOf(HttpResponseMessage response) => ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
}
