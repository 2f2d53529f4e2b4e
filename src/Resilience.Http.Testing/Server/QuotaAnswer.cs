using System.Globalization;
using System.Net;
using System.Text;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Testing.Server;

/// <summary>A response that says in its RateLimit field how much of a quota is left.</summary>
internal sealed class QuotaAnswer(HttpStatusCode status, int remaining, TimeSpan window, string? partition) : ServerAnswer
{
    // Whole seconds, rounded up, as a server that means "not earlier" would.
    private readonly string _field = string.Create(
        CultureInfo.InvariantCulture,
        $"\"default\";r={remaining};t={Math.Ceiling(window.TotalSeconds)}{(partition is null ? "" : $";pk=:{Base64(partition)}:")}");

    public override string Text => $"{OutcomeText.Format(status)}, RateLimit: {_field}";

    public override Task<HttpResponseMessage> AnswerAsync(
        HttpRequestMessage request, TimeProvider clock, bool async, CancellationToken cancellationToken)
    {
        var response = new HttpResponseMessage(status);
        response.Headers.Add("RateLimit", _field);
        return Task.FromResult(response);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
