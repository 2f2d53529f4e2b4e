using System.Runtime.CompilerServices;
using Resilience.Http.Content;

namespace Resilience.Http.Timeouts;

/// <summary>
/// A response body whose reads fail when no byte arrives for too long. Only the time of a read counts: a slow reader is not a silent
/// server.
/// </summary>
internal sealed partial class IdleTimedStream(Stream inner, BodyIdleLimit limit) : WrappedStream(inner)
{
    private long _received;
    private RequestTimedOutException? _timedOut;
    private ProcessDelay? _delay;
    private bool _mayBeCut;

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
            return AwaitAsync(reading, buffer.Length, lease, cancellationToken);
        }

        try
        {
            return new(Received(reading.Result, buffer.Length, lease));
        }
        catch (RequestTimedOutException timedOut)
        {
            return ValueTask.FromException<int>(timedOut);
        }
        finally
        {
            lease.Return();
        }
    }

    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> AwaitAsync(ValueTask<int> reading, int asked, TimeoutLease lease, CancellationToken callerToken)
    {
        try
        {
            return Received(await reading.ConfigureAwait(false), asked, lease);
        }
        catch (Exception exception) when (callerToken.IsCancellationRequested)
        {
            if (CallerCancellation.Replaces(exception, callerToken))
            {
                throw CallerCancellation.From(exception, callerToken);
            }

            throw;
        }
        catch (Exception exception) when ((lease.HasFired || _mayBeCut) && exception != _timedOut)
        {
            throw Cut(lease, exception);
        }
        finally
        {
            lease.Return();
        }
    }

    /// <summary>
    /// Bytes that came at the very moment at which the limit fired count, but the connection may be cut under the reads that follow. Then
    /// an end cannot be trusted: a connection that was cut may read as one that ended.
    /// </summary>
    private int Received(int count, int asked, TimeoutLease lease)
    {
        if (lease.HasFired)
        {
            (_mayBeCut, _delay) = (true, lease.Delay);
        }

        _received += count;
        return count == 0 && asked > 0 && _mayBeCut ? throw Cut(lease, cause: null) : count;
    }

    private RequestTimedOutException Cut(TimeoutLease lease, Exception? cause) =>
        _timedOut = limit.TimedOut(_received, cause, lease.HasFired ? lease.Delay : _delay);
}
