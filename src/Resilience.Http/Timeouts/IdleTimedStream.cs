using System.Runtime.CompilerServices;
using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>
/// A response body whose reads fail when no byte arrives for too long. Only the time in which somebody waits for bytes counts: a slow
/// reader is not a silent server.
/// </summary>
internal sealed class IdleTimedStream(Stream inner, BodyIdleLimit limit) : WrappedStream(inner)
{
    private long _received;
    private RequestTimedOutException? _timedOut;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_timedOut is not null)
        {
            // A connection that was cut may well read as one that ended.
            return ValueTask.FromException<int>(_timedOut);
        }

        var lease = limit.Rent(cancellationToken);
        ValueTask<int> reading;
        try
        {
            reading = Inner.ReadAsync(buffer, lease.Token);
        }
        catch
        {
            lease.Return();
            throw;
        }

        if (!reading.IsCompletedSuccessfully)
        {
            return AwaitAsync(reading, lease, cancellationToken);
        }

        lease.Return();
        var count = reading.Result;
        _received += count;
        return new(count);
    }

    /// <summary>
    /// Waits for the asynchronous read: a blocking read of a connection ends when bytes come or the connection does, and nothing else can
    /// end it in time. Spans and single bytes come through here as well.
    /// </summary>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> AwaitAsync(ValueTask<int> reading, TimeoutLease lease, CancellationToken callerToken)
    {
        try
        {
            var count = await reading.ConfigureAwait(false);
            _received += count;
            return count;
        }
        catch (Exception exception) when (callerToken.IsCancellationRequested)
        {
            if (CallerCancellation.Replaces(exception, callerToken))
            {
                throw CallerCancellation.Of(exception, callerToken);
            }

            throw;
        }
        catch (Exception exception) when (lease.HasFired)
        {
            _timedOut = limit.TimedOut(_received, exception, lease.Delay);
            throw _timedOut;
        }
        finally
        {
            lease.Return();
        }
    }
}
