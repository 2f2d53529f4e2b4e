using System.Collections.Concurrent;
using Resilience.Http.Grpc;
using Resilience.Http.Requests;

namespace Resilience.Http.Pipeline;

internal sealed partial class CallContext
{
    /// <summary>
    /// How many idle contexts are kept beyond the one of each thread: enough for a burst (1,000 x 1 KB, with what handlers leave in them).
    /// </summary>
    private const int MostSpare = 1_000;

    private static readonly ConcurrentQueue<CallContext> Spare = new();
    private static int _spareCount;

    [ThreadStatic]
    private static CallContext? _threadSpare;

    /// <summary>Takes a context for a call that begins now.</summary>
    public static CallContext Rent(
        ServiceState service, ResilientHttpClientOptions options, HttpRequestMessage request, CancellationToken callerToken)
    {
        var context = _threadSpare;
        if (context is not null)
        {
            _threadSpare = null;
        }
        else if (Spare.TryDequeue(out context))
        {
            Interlocked.Decrement(ref _spareCount);
        }
        else
        {
            context = new CallContext();
        }

        context.Service = service;
        context.Options = options;
        context.CallerToken = callerToken;
        context.IsGrpc = GrpcRequest.Is(request);
        context.Settings = RequestSettings.Find(request);
        context.StartedAt = context.Clock.GetTimestamp();

        // An unset one is not yet as short as the options' total: this request may have a longer one.
        context.AttemptTimeout = context.Settings.AttemptTimeout
            ?? (options.AttemptTimeoutIsSet ? options.AttemptTimeout : ResilientHttpClientOptions.UsualAttemptTimeout);
        context.TotalTimeout = Timeout.InfiniteTimeSpan;
        context.LimitTotal(context.RequestedTotalTimeout);
        return context;
    }

    /// <summary>
    /// Keeps the context for a send that may outlive the call. To be called while the call runs; <see cref="Return"/> ends it.
    /// </summary>
    public void Hold()
    {
        if (_holders == 0)
        {
            _holders = 1; // The call itself.
        }

        Interlocked.Increment(ref _holders);
    }

    /// <summary>Gives the context back. Its owner does, and so does each send that holds it; none touches it afterwards.</summary>
    public void Return()
    {
        if (Volatile.Read(ref _holders) > 0 && Interlocked.Decrement(ref _holders) > 0)
        {
            return;
        }

        Clear();
        if (_threadSpare is null)
        {
            _threadSpare = this;
        }
        else if (Interlocked.Increment(ref _spareCount) <= MostSpare)
        {
            Spare.Enqueue(this);
        }
        else
        {
            Interlocked.Decrement(ref _spareCount);
            Attempt.DisposeStates(); // What could have served again.
        }
    }

    private void Clear()
    {
        Service = null!;
        Options = null!;
        CallerToken = default;
        Sent.Clear();
        Earlier.Clear();
        ClearDeadline();
        TriedEndpoints.Clear();
        Attempts = 0;
        Hedges = 0;
        _lastFired = null;
        _lastStatus = null;
        _lastGrpcStatus = null;
        _lastException = null;
        Attempt.Clear();
        Span = null;
        Sending = null;
        FallbackKind = null;
        _owned = false;
    }
}
