using System.Diagnostics;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tracing;

/// <summary>
/// Leaves one span and one duration for the call. If nothing listens, it returns the inner task untouched. It also returns a completed
/// task if something listens: a success costs no state machine, and a refusal is not thrown a second time.
/// </summary>
internal sealed class TracingHandler(ServiceState service) : ResilienceHandler(service)
{
    private readonly TracingMetrics _metrics = service.Host.GetOrCreate(static host => new TracingMetrics(host));
    private SpanNames? _names;

    /// <summary>Made when somebody first listens.</summary>
    private SpanNames Names => _names ??= SpanNames.GetOrCreate(Service);

    internal override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        if (CallSpan.IsWanted && context.Options.Tracing.Enabled)
        {
            return Trace(request, context, async, cancellationToken);
        }

        return _metrics.AreWanted
            ? Observe(request, context, async, cancellationToken)
            : NextAsync(request, context, async, cancellationToken);
    }

    /// <summary>The span is the current activity of the call, and never of its caller, who may go on while the call runs.</summary>
    private Task<HttpResponseMessage> Trace(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        var caller = ExecutionContext.Capture();
        var activity = caller is null ? Activity.Current : null; // Part of the context, if that flows.
        try
        {
            context.Span = CallSpan.Start(context.Settings.OperationName ?? Names.Find(request.Method), context);
            return Observe(request, context, async, cancellationToken);
        }
        finally
        {
            if (caller is not null)
            {
                ExecutionContext.Restore(caller);
            }
            else
            {
                Activity.Current = activity; // The caller has suppressed the flow of its context.
            }
        }
    }

    private Task<HttpResponseMessage> Observe(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        var owner = context.TryOwn();
        var method = request.Method;
        Task<HttpResponseMessage> call;
        try
        {
            call = NextAsync(request, context, async, cancellationToken);
        }
        catch (Exception exception)
        {
            call = Task.FromException<HttpResponseMessage>(exception);
        }

        if (!call.IsCompleted)
        {
            return EndAsync(call, request, method, context, owner);
        }

        End(call, request, method, context, owner);
        return call;
    }

    private async Task<HttpResponseMessage> EndAsync(
        Task<HttpResponseMessage> call, HttpRequestMessage request, HttpMethod method, CallContext context, bool owner)
    {
        await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        End(call, request, method, context, owner);
        return call.GetAwaiter().GetResult(); // Completed.
    }

    private void End(
        Task<HttpResponseMessage> call, HttpRequestMessage request, HttpMethod method, CallContext context, bool owner)
    {
        var outcome = call.Outcome(request);
        var result = CallResult.From(context, request, outcome.Response, outcome.Exception);
        var duration = Duration(context, result);
        try
        {
            _metrics.Measure(context, method, result, duration); // Before the span has ended, so that it can be the measurement's exemplar.
        }
        finally
        {
            CallSpan.End(context, result, duration); // Also if a listener of metrics threw.
            if (owner)
            {
                context.Return();
            }
        }
    }

    /// <summary>
    /// A success ended with its last attempt, whose end is noted already. Anything else may have waited after it, or asked a fallback.
    /// </summary>
    private static TimeSpan Duration(CallContext context, CallResult result) => result.Outcome == CallOutcome.Success
        ? context.Clock.GetElapsedTime(context.StartedAt, context.Attempt.EndedAt)
        : context.Clock.GetElapsedTime(context.StartedAt);
}
