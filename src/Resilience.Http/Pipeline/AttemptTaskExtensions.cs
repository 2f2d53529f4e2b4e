namespace Resilience.Http.Pipeline;

internal static class AttemptTaskExtensions
{
    /// <summary>
    /// How an attempt ended whose task is completed. Throws only inside, and only for a canceled task, which keeps its exception to
    /// itself.
    /// </summary>
    public static AttemptOutcome Outcome(this Task<HttpResponseMessage> ended, HttpRequestMessage request)
    {
        if (ended.IsCompletedSuccessfully)
        {
            return new(request, ended.Result, null);
        }

        return new(request, null, ended.Exception is { } faults ? faults.InnerException : Canceled(ended));
    }

    private static OperationCanceledException? Canceled(Task<HttpResponseMessage> ended)
    {
        try
        {
            ended.GetAwaiter().GetResult();
            return null;
        }
        catch (OperationCanceledException exception)
        {
            return exception;
        }
    }
}
