using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Testing.Server;

/// <summary>A response with a status, perhaps a body, perhaps a Retry-After.</summary>
internal sealed class StatusAnswer(HttpStatusCode status, string? json = null, TimeSpan? retryAfter = null) : ServerAnswer
{
    public override string Text { get; } = OutcomeText.Format(status);

    public override Task<HttpResponseMessage> AnswerAsync(
        HttpRequestMessage request, TimeProvider clock, bool async, CancellationToken cancellationToken)
    {
        var response = new HttpResponseMessage(status);
        if (json is not null)
        {
            response.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        if (retryAfter is { } delay)
        {
            // The header knows whole seconds only; up, as a server that means "not earlier" would.
            response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(Math.Ceiling(delay.TotalSeconds)));
        }

        return Task.FromResult(response);
    }
}
