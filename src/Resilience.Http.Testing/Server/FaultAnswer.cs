namespace Resilience.Http.Testing.Server;

/// <summary>No answer but an exception, made afresh each time.</summary>
internal sealed class FaultAnswer(string text, Func<HttpRequestMessage, Exception> fault, bool readsBody = true) : ServerAnswer
{
    public override string Text => text;

    public override bool ReadsBody => readsBody;

    public override Task<HttpResponseMessage> AnswerAsync(
        HttpRequestMessage request, TimeProvider clock, bool async, CancellationToken cancellationToken) =>
        Task.FromException<HttpResponseMessage>(fault(request));
}
