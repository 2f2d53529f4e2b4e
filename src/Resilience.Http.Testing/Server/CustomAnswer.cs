namespace Resilience.Http.Testing.Server;

/// <summary>What the test's own code answers.</summary>
internal sealed class CustomAnswer(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : ServerAnswer
{
    public override string Text => "what the test's code answers";

    public override Task<HttpResponseMessage> AnswerAsync(
        HttpRequestMessage request, TimeProvider clock, bool async, CancellationToken cancellationToken)
    {
        var response = answer(request, cancellationToken);
        if (!async)
        {
            // An asynchronous answer to a blocking call: the call blocks for it. The caller reads the outcome, whatever it is.
            Task.WhenAny(response).Wait(CancellationToken.None);
        }

        return response;
    }
}
