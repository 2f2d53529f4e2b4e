using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;

namespace Resilience.Http.Requests;

/// <summary>
/// Stands in for a content that can be read only once. When it is first written it reads ahead, up to a limit and one byte more: a body
/// that ended by then is kept and can be written again; of a longer one the prefix and the rest are written, once. It reads while it is
/// sent, so the limits of the attempt hold for a slow body too, and a connection that was refused has cost none of it.
/// </summary>
/// <remarks>
/// A <see cref="StreamContent"/> as the original is: for HttpClient waits until one of those is sent to its end, even if HTTP/2 has the
/// answer before, and of contents of unknown kind it does not.
/// </remarks>
/// <param name="original">The content that it stands in for; disposed with this one.</param>
/// <param name="limit">The longest body that is kept, in bytes.</param>
internal sealed class ReadAheadContent(StreamContent original, int limit) : StreamContent(BodyStream.Of(original))
{
    private const int FirstBuffer = 4096;
    private const int CopyBuffer = 81_920; // as Stream.CopyTo has it

    /// <summary>
    /// By the content that it stands in for, from the moment its reading began. After the call the original stands in the request again, and
    /// whoever sends that a second time must not send what is left of its stream for the whole.
    /// </summary>
    private static readonly ConditionalWeakTable<StreamContent, ReadAheadContent> Begun = [];

    private volatile State _state = State.Untouched;
    private volatile bool _sourceFailed;
    private byte[] _prefix = [];
    private int _length;

    private enum State
    {
        Untouched,
        Reading,
        Complete,
        Spent,
    }

    /// <summary>Whether a next attempt gets the whole body.</summary>
    public bool IsReplayable => _state is State.Untouched or State.Complete;

    /// <summary>Whether the caller's own stream threw when it was read. Then the service has no part in the failure, whatever it looks like.</summary>
    public bool SourceFailed => _sourceFailed;

    private string WhyNotKept => _length > limit && limit > 0
        ? $"It is longer than Retry:MaxBufferedBody ({limit} bytes)."
        : "A copy is kept only of one that was read to its end, is not longer than Retry:MaxBufferedBody, and belongs to a request that is safe to " +
          "repeat: by its method, an Idempotency-Key header, or AllowRetry().";

    /// <summary>The stand-in that has begun to read the content, or else a new one.</summary>
    public static ReadAheadContent For(StreamContent original, int limit) =>
        Begun.TryGetValue(original, out var begun) ? begun : new(original, limit);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        WriteAsync(stream, async: true, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        WriteAsync(stream, async: true, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        WriteAsync(stream, async: false, cancellationToken).GetAwaiter().GetResult();

    /// <summary>A handler that wants the stream gets the original's, which it then has taken: only so the body need not fit into memory.</summary>
    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(CreateContentReadStream(CancellationToken.None));

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken)
    {
        if (_state == State.Complete)
        {
            return new MemoryStream(_prefix, 0, _length, writable: false);
        }

        Begin();
        _state = State.Spent;
        return BodyStream.Of(original);
    }

    /// <summary>Never told, though it is known once the body was read: all attempts are sent alike.</summary>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            original.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task WriteAsync(Stream target, bool async, CancellationToken cancellationToken)
    {
        if (_state == State.Complete)
        {
            await WritePrefixAsync(target, async, cancellationToken).ConfigureAwait(false);
            return;
        }

        Begin();
        var source = BodyStream.Of(original);
        var ended = false;
        try
        {
            ended = await ReadAheadAsync(source, async, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _state = ended ? State.Complete : State.Spent;
        }

        await WritePrefixAsync(target, async, cancellationToken).ConfigureAwait(false);
        if (!ended)
        {
            _prefix = [];
            await WriteRestAsync(source, target, async, cancellationToken).ConfigureAwait(false);
        }

        Close(source);
    }

    /// <summary>As a <see cref="StreamContent"/> does with a stream that was read to its end and cannot go back: nobody else may ever close it.</summary>
    private static void Close(Stream source)
    {
        try
        {
            source.Dispose();
        }
        catch (Exception)
        {
            // The body was sent whole. HttpClient says nothing of it either.
        }
    }

    private void Begin()
    {
        if (Interlocked.CompareExchange(ref _state, State.Reading, State.Untouched) != State.Untouched || !Begun.TryAdd(original, this))
        {
            throw new InvalidOperationException($"The body of this request can be read only once, and it was: it cannot be sent again. {WhyNotKept}");
        }
    }

    /// <summary>Reads until the body has ended or is longer than what is kept; says whether it ended.</summary>
    private async Task<bool> ReadAheadAsync(Stream source, bool async, CancellationToken cancellationToken)
    {
        while (_length <= limit)
        {
            if (_length == _prefix.Length)
            {
                Array.Resize(ref _prefix, (int)Math.Min(limit + 1L, Math.Max(FirstBuffer, 2L * _length)));
            }

            var read = await ReadAsync(source, _prefix.AsMemory(_length), async, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return true;
            }

            _length += read;
        }

        return false;
    }

    private ValueTask WritePrefixAsync(Stream target, bool async, CancellationToken cancellationToken) =>
        WriteAsync(target, _prefix.AsMemory(0, _length), async, cancellationToken);

    /// <summary>Not by <see cref="Stream.CopyTo(Stream)"/>, which does not tell which of the two streams failed.</summary>
    private async Task WriteRestAsync(Stream source, Stream target, bool async, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        try
        {
            while (await ReadAsync(source, buffer, async, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                await WriteAsync(target, buffer.AsMemory(0, read), async, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads on. Where the sending was cancelled meanwhile, the source is not to blame for what it throws.</summary>
    private async ValueTask<int> ReadAsync(Stream source, Memory<byte> buffer, bool async, CancellationToken cancellationToken)
    {
        try
        {
            return async ? await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) : source.Read(buffer.Span);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            _sourceFailed = true;
            throw;
        }
    }

    private static async ValueTask WriteAsync(Stream target, ReadOnlyMemory<byte> bytes, bool async, CancellationToken cancellationToken)
    {
        if (async)
        {
            await target.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            target.Write(bytes.Span);
        }
    }
}
