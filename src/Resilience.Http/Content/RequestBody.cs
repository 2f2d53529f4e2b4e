using System.Buffers;
using System.Net;
using System.Runtime.ExceptionServices;

namespace Resilience.Http.Content;

/// <summary>
/// The body of one call's request behind its stand-in. The original content writes itself, through a stream that watches it and keeps a
/// copy up
/// to a limit; so the original's own guard against a second reading holds. A body that was kept whole is written again from the copy. One
/// that
/// was not is written again by the original only if nothing of it can be lost; otherwise it throws. It is never empty, and never the rest.
/// </summary>
/// <param name="original">The content that the caller put into the request.</param>
/// <param name="source">How far it can write the same again.</param>
/// <param name="limit">The longest body that is kept, in bytes.</param>
/// <param name="pool">Where the copy's array comes from; the shared pool without it.</param>
internal sealed partial class RequestBody(HttpContent original, BodySource source, int limit, ArrayPool<byte>? pool = null)
{
    private readonly KeptBytes _copy = new(source >= BodySource.Seekable ? 0 : limit, pool ?? ArrayPool<byte>.Shared);
    private volatile BodyState _state;
    private volatile bool _isDisposed;
    private BodyWatch? _watch;
    private long _length;

    public HttpContent Original => original;

    public BodySource Source => source;

    /// <summary>Whether somebody has begun to write or read it.</summary>
    public bool IsTouched => _state != BodyState.Untouched;

    /// <summary>Whether a next attempt can send all of it.</summary>
    public bool IsReplayable => _copy.IsComplete || _state switch
    {
        BodyState.Untouched => true,
        BodyState.Complete => source >= BodySource.Object,
        BodyState.Broken => source >= BodySource.Seekable,
        BodyState.BeingWritten => source == BodySource.Memory,
        _ => false,
    };

    /// <summary>Begins an attempt, for which the body is watched from now on.</summary>
    public BodyWatch Watch(TimeProvider clock, long startedAt)
    {
        var watch = new BodyWatch(clock, startedAt);
        Volatile.Write(ref _watch, watch);
        return watch;
    }

    /// <summary>The watch of the attempt that has begun last.</summary>
    public BodyWatch? CurrentWatch => Volatile.Read(ref _watch);

    public async Task WriteAsync(HttpContent standIn, Stream target, TransportContext? context, CancellationToken cancellationToken)
    {
        var isCopy = _copy.TryBeginRead(out var bytes);
        var watched = Begin(target, isCopy);
        try
        {
            var writing = isCopy
                ? watched.WriteAsync(bytes, cancellationToken).AsTask()
                : original.CopyToAsync(watched, context, cancellationToken);
            await writing.ConfigureAwait(false);
            End(standIn, watched, isCopy);
        }
        catch (Exception exception)
        {
            Fail(standIn, watched, exception, isCopy, cancellationToken);
            throw;
        }
        finally
        {
            EndRead(isCopy);
        }
    }

    public void Write(HttpContent standIn, Stream target, TransportContext? context, CancellationToken cancellationToken)
    {
        var isCopy = _copy.TryBeginRead(out var bytes);
        var watched = Begin(target, isCopy);
        try
        {
            if (isCopy)
            {
                watched.Write(bytes.Span);
            }
            else
            {
                original.CopyTo(watched, context, cancellationToken);
            }

            End(standIn, watched, isCopy);
        }
        catch (Exception exception)
        {
            Fail(standIn, watched, exception, isCopy, cancellationToken);
            throw;
        }
        finally
        {
            EndRead(isCopy);
        }
    }

    /// <summary>Ends the call.</summary>
    /// <param name="succeeded">Whether it ended with a success, after which the copy is not needed.</param>
    /// <returns>
    /// Whether the stand-in has to stay in the request: it has the bytes, or the original might be taken for an empty body now. A
    /// <see cref="StreamContent"/> that wrote itself guards itself.
    /// </returns>
    public bool EndCall(bool succeeded)
    {
        if (succeeded)
        {
            _copy.GiveUp();
        }
        else
        {
            _copy.Detach();
        }

        var guardsItself = original.GetType() == typeof(StreamContent) && _state != BodyState.Taken;
        return _copy.IsComplete || (IsTouched && source == BodySource.Unknown && !guardsItself);
    }

    public void Dispose()
    {
        _isDisposed = true;
        original.Dispose();
    }

    /// <summary>Begins one writing. Of several at a time, which only bytes in memory allow, the first is copied.</summary>
    private WatchedStream Begin(Stream target, bool isCopy)
    {
        var watch = CurrentWatch ?? new(TimeProvider.System, startedAt: 0); // Without an attempt it is not read.
        watch.Enter(BodyPhase.AwaitsSource);
        if (isCopy)
        {
            return new(target, watch, copy: null);
        }

        while (true)
        {
            var state = _state;
            if (!CanBeginIn(state))
            {
                watch.Enter(BodyPhase.Failed);
                throw AlreadyRead();
            }

            if (Interlocked.CompareExchange(ref _state, BodyState.BeingWritten, state) == state)
            {
                return new(target, watch, state == BodyState.Untouched ? _copy : null);
            }
        }
    }

    /// <summary>
    /// After a complete writing the original may write again, on its own guard: a redirect, a login in the handler below. Its length is
    /// checked.
    /// </summary>
    private bool CanBeginIn(BodyState state) => state switch
    {
        BodyState.Untouched or BodyState.Complete => true,
        BodyState.Broken => source >= BodySource.Seekable,
        BodyState.BeingWritten => source == BodySource.Memory,
        _ => false,
    };

    private void End(HttpContent standIn, WatchedStream watched, bool isCopy)
    {
        if (watched.Fault is not null)
        {
            Break(isCopy); // The original has swallowed what the connection threw.
            return;
        }

        if (watched.Written < _length)
        {
            throw AlreadyRead();
        }

        _length = watched.Written;
        if (!isCopy)
        {
            _copy.Complete();
            _state = BodyState.Complete;
        }

        watched.Watch.Enter(standIn.Headers.ContentLength is { } declared && declared != _length ? BodyPhase.Failed : BodyPhase.Complete);
    }

    /// <summary>
    /// A write that threw is the connection's fault. If none has, or the body is longer than it declared, it is the body's.
    /// </summary>
    private void Fail(HttpContent standIn, WatchedStream watched, Exception exception, bool isCopy, CancellationToken cancellationToken)
    {
        Break(isCopy);
        if (watched.Fault is not { } fault)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                watched.Watch.Enter(BodyPhase.Failed);
            }

            return;
        }

        if (watched.Written > standIn.Headers.ContentLength)
        {
            watched.Watch.Enter(BodyPhase.Failed);
        }

        if (exception is HttpRequestException && ReferenceEquals(exception.InnerException, fault))
        {
            ExceptionDispatchInfo.Throw(fault); // Wrapped by the original, but HttpClient wraps it itself and knows it by its own type.
        }
    }

    private void Break(bool isCopy)
    {
        if (!isCopy)
        {
            _state = BodyState.Broken;
            _copy.GiveUp();
        }
    }

    private void EndRead(bool isCopy)
    {
        if (isCopy)
        {
            _copy.EndRead();
        }
    }
}
