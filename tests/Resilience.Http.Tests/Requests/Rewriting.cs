namespace Resilience.Http.Tests.Requests;

/// <summary>Service discovery: puts another URI into the request, and the old one back afterwards if it is told to.</summary>
internal sealed class Rewriting(string instance, bool restores, bool copies = false) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri!;
        var sent = copies ? new HttpRequestMessage(request.Method, asked) { Content = request.Content } : request;
        sent.RequestUri = new Uri(new Uri(instance), asked.PathAndQuery);
        try
        {
            return await base.SendAsync(sent, cancellationToken);
        }
        finally
        {
            if (restores)
            {
                request.RequestUri = asked;
            }
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri!;
        request.RequestUri = new Uri(new Uri(instance), asked.PathAndQuery);
        try
        {
            return base.Send(request, cancellationToken);
        }
        finally
        {
            request.RequestUri = restores ? asked : request.RequestUri;
        }
    }
}
