namespace Resilience.Http.Testing.Server;

/// <summary>What the test's own code answers.</summary>
internal sealed class CustomAnswer(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : ServerAnswer
{
    public override string Text => "the test's own answer";

    public override Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, TimeProvider clock, bool async, CancellationToken cancellationToken)
    {
        var response = answer(request, cancellationToken);
        if (!async)
        {
            // The test wrote an asynchronous answer for a blocking call, and a blocking call waits.
            response.ContinueWith(static _ => { }, cancellationToken, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait(cancellationToken);
        }

        return response;
    }
}
