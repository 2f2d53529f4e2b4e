using System.Net;

namespace Resilience.Http.Testing.Server;

/// <summary>200 at once, so many bytes of the body, and then nothing more.</summary>
internal sealed class StalledBodyAnswer(int after) : ServerAnswer
{
    public override string Text { get; } = $"200 OK, body stalls after {after} bytes";

    public override Task<HttpResponseMessage> AnswerAsync(
        HttpRequestMessage request, TimeProvider clock, bool async, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new StalledStream(after)) });
}
