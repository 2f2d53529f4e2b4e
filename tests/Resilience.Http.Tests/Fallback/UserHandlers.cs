namespace Resilience.Http.Tests.Fallback;

/// <summary>How a handler inside the chain makes a request one of its user.</summary>
public enum UserMark
{
    Token,
    TokenTakenBack,
    ContentField,
    Body,
    Host,
    Path,
    Query,
    PathPutBack,
    Clone,
    CloneHidden,
    CloneWithoutOptions,
    OtherClient,
}

/// <summary>A handler inside the chain that sends each request in the name of a user whom the caller's request does not name.</summary>
internal sealed class UserHandler(UserMark mark) : DelegatingHandler
{
    public required string User { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri!;
        switch (mark)
        {
            case UserMark.Token:
                request.Headers.Authorization = new("Bearer", User);
                return await base.SendAsync(request, cancellationToken);
            case UserMark.TokenTakenBack:
                request.Headers.Authorization = new("Bearer", User);
                var answer = await base.SendAsync(request, cancellationToken);
                request.Headers.Authorization = null;
                return answer;
            case UserMark.ContentField:
                request.Headers.TryAddWithoutValidation("Content-Tenant", User);
                return await base.SendAsync(request, cancellationToken);
            case UserMark.Body:
                request.Content = new StringContent(User);
                return await base.SendAsync(request, cancellationToken);
            case UserMark.Host:
                request.RequestUri = new Uri($"https://{User}.payments.internal{uri.PathAndQuery}");
                return await base.SendAsync(request, cancellationToken);
            case UserMark.Path:
                request.RequestUri = new Uri(uri, $"/{User}{uri.PathAndQuery}");
                return await base.SendAsync(request, cancellationToken);
            case UserMark.Query:
                request.RequestUri = new Uri(uri, $"?user={User}");
                return await base.SendAsync(request, cancellationToken);
            case UserMark.PathPutBack:
                request.RequestUri = new Uri(uri, $"/{User}{uri.PathAndQuery}");
                var rewritten = await base.SendAsync(request, cancellationToken);
                request.RequestUri = uri;
                return rewritten;
            default:
                return await SendCloneAsync(request, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendCloneAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var clone = new HttpRequestMessage(request.Method, request.RequestUri) { Headers = { Authorization = new("Bearer", User) } };
        if (mark != UserMark.CloneWithoutOptions)
        {
            foreach (var (name, value) in request.Options)
            {
                ((IDictionary<string, object?>)clone.Options)[name] = value;
            }
        }

        if (mark == UserMark.OtherClient)
        {
            using var other = new HttpMessageInvoker(
                InnerHandler is DelegatingHandler { InnerHandler: { } primary } ? primary : InnerHandler!, disposeHandler: false);
            return await other.SendAsync(clone, cancellationToken);
        }

        var response = await base.SendAsync(clone, cancellationToken);
        if (mark == UserMark.CloneHidden)
        {
            response.RequestMessage = request;
        }

        return response;
    }
}
