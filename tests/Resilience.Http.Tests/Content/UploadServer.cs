using System.Net.Sockets;

namespace Resilience.Http.Tests.Content;

/// <summary>
/// Takes a request body write by write, each in its time; may stop reading, cut the connection, or take its time for the answer.
/// </summary>
internal sealed class UploadServer(TimeProvider clock) : HttpMessageHandler
{
    public TimeSpan PerWrite { get; set; }

    public TimeSpan BeforeAnswer { get; set; }

    /// <summary>After so many bytes it reads no more.</summary>
    public long StopsAt { get; set; } = long.MaxValue;

    /// <summary>After so many bytes the connection is cut.</summary>
    public long CutsAt { get; set; } = long.MaxValue;

    /// <summary>The connection is cut in place of an answer.</summary>
    public bool CutsAtTheEnd { get; set; }

    /// <summary>Answers when so much was read; the body goes on after it.</summary>
    public long AnswersAt { get; set; } = long.MaxValue;

    public int Requests { get; private set; }

    public List<long> Received { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests++;
        var target = new Target(this, clock);
        try
        {
            var body = request.Content!.CopyToAsync(target, cancellationToken);
            await Task.WhenAny(body, target.Answered);
            if (!target.Answered.IsCompleted)
            {
                await body;
            }
        }
        finally
        {
            Received.Add(target.Taken);
        }

        if (CutsAtTheEnd)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded);
        }

        if (BeforeAnswer > TimeSpan.Zero)
        {
            await Task.Delay(BeforeAnswer, clock, cancellationToken);
        }

        return new HttpResponseMessage { RequestMessage = request };
    }

    private sealed class Target(UploadServer server, TimeProvider clock) : Stream
    {
        private readonly TaskCompletionSource _answered = new();

        public Task Answered => _answered.Task;

        public long Taken { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Taken >= server.StopsAt)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
            }

            if (Taken >= server.CutsAt)
            {
                throw new IOException("Broken pipe", new SocketException((int)SocketError.ConnectionReset));
            }

            if (server.PerWrite > TimeSpan.Zero)
            {
                await Task.Delay(server.PerWrite, clock, cancellationToken);
            }

            Taken += buffer.Length;
            if (Taken >= server.AnswersAt)
            {
                _answered.TrySetResult();
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
