namespace Resilience.Http.Testing.Server;

/// <summary>Never answers; ends only with the request's cancellation.</summary>
internal sealed class HangAnswer : ServerAnswer
{
    public override string Text => "hangs";

    public override Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, TimeProvider clock, bool async, CancellationToken cancellationToken) =>
        ClockWait.ForEver(async, cancellationToken).ContinueWith<HttpResponseMessage>(
            static _ => throw new InvalidOperationException("A wait for ever has ended."), cancellationToken, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
