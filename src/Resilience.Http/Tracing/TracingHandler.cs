using System.Diagnostics;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tracing;

/// <summary>Leaves one span and one duration for the call. Where nobody listens it hands back the inner task untouched.</summary>
internal sealed class TracingHandler(ServiceState service) : ResilienceHandler(service)
{
    private readonly TracingMetrics _metrics = service.Host.GetOrCreate(static host => new TracingMetrics(host));

    internal override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        var spanWanted = CallSpan.IsWanted && context.Options.Tracing.Enabled;
        return spanWanted || _metrics.AreWanted
            ? ObserveAsync(request, context, spanWanted, async, cancellationToken)
            : NextAsync(request, context, async, cancellationToken);
    }

    /// <summary>
    /// Async on purpose also for the start of the span: what it does to <see cref="Activity.Current"/> ends with it and never reaches the
    /// caller.
    /// </summary>
    private async Task<HttpResponseMessage> ObserveAsync(
        HttpRequestMessage request, CallContext context, bool spanWanted, bool async, CancellationToken cancellationToken)
    {
        var owner = context.TryOwn();
        var span = spanWanted ? CallSpan.Start(request, context) : null;
        context.Span = span;
        var method = request.Method;
        HttpResponseMessage? response = null;
        Exception? exception = null;
        try
        {
            response = await NextAsync(request, context, async, cancellationToken).ConfigureAwait(false);
            return response;
        }
        catch (Exception caught)
        {
            exception = caught;
            throw;
        }
        finally
        {
            var result = CallResult.From(context, request, response, exception);
            try
            {
                _metrics.Measure(context, method, result); // Before the span has ended, so that it can be the measurement's exemplar.
            }
            finally
            {
                CallSpan.End(span, context, result); // Also where a listener of metrics threw.
                if (owner)
                {
                    context.Return();
                }
            }
        }
    }
}
