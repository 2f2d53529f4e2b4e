namespace Resilience.Http.Testing.Server;

/// <summary>The outermost handler of a client: records each call, and lets the server know which call an attempt belongs to.</summary>
internal sealed class CallRecorder(ScriptedServer server) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = server.Begin(request);
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            server.End(call, response, exception: null);
            return response;
        }
        catch (Exception exception)
        {
            server.End(call, response: null, exception);
            throw;
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // What an asynchronous method puts into its context ends with it; a synchronous one has to see to that itself.
        var outer = server.CurrentCall;
        var call = server.Begin(request);
        try
        {
            var response = base.Send(request, cancellationToken);
            server.End(call, response, exception: null);
            return response;
        }
        catch (Exception exception)
        {
            server.End(call, response: null, exception);
            throw;
        }
        finally
        {
            server.CurrentCall = outer;
        }
    }
}
