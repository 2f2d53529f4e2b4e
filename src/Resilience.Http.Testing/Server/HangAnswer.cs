using System.Diagnostics;

namespace Resilience.Http.Testing.Server;

/// <summary>Never answers; ends only with the request's cancellation.</summary>
internal sealed class HangAnswer : ServerAnswer
{
    public override string Text => "hangs";

    public override async Task<HttpResponseMessage> AnswerAsync(
        HttpRequestMessage request, TimeProvider clock, bool async, CancellationToken cancellationToken)
    {
        await Cancellation.WaitAsync(async, cancellationToken).ConfigureAwait(false);
        throw new UnreachableException();
    }
}
