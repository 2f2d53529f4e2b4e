namespace Resilience.Http.Tests.Fallback;

/// <summary>Adds the token of the current user, if any.</summary>
internal sealed class OptionalToken : DelegatingHandler
{
    public string? Token { get; set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = Token is null ? null : new("Bearer", Token);
        return base.SendAsync(request, cancellationToken);
    }
}
