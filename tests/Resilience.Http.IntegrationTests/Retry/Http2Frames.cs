using System.Buffers.Binary;
using System.Net.Sockets;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>Just enough of HTTP/2 (RFC 9113) to end a stream or a connection in the way a test wants.</summary>
internal static class Http2Frames
{
    public const int RefusedStream = 7;
    public const int InternalError = 2;
    public const int EnhanceYourCalm = 11;

    private const byte Headers = 1;
    private const byte RstStream = 3;
    private const byte Settings = 4;
    private const byte GoAway = 7;
    private const byte Ack = 1;
    private const int PrefaceLength = 24;

    /// <summary>Does the handshake, then answers each request's HEADERS with what the test says.</summary>
    public static async Task ServeAsync(Socket connection, Func<Socket, int, Task> answer, CancellationToken cancellationToken)
    {
        await ReadAsync(connection, PrefaceLength, cancellationToken);
        await WriteAsync(connection, Settings, 0, 0, [], cancellationToken);
        while (true)
        {
            var head = await ReadAsync(connection, 9, cancellationToken);
            var length = (head[0] << 16) | (head[1] << 8) | head[2];
            await ReadAsync(connection, length, cancellationToken);
            var (type, flags, stream) = (head[3], head[4], (int)(BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(5)) & 0x7fffffff));
            if (type == Settings && (flags & Ack) == 0)
            {
                await WriteAsync(connection, Settings, Ack, 0, [], cancellationToken);
            }
            else if (type == Headers)
            {
                await answer(connection, stream);
            }
        }
    }

    public static Task ResetAsync(Socket connection, int stream, int code, CancellationToken cancellationToken) =>
        WriteAsync(connection, RstStream, 0, stream, Number(code), cancellationToken);

    public static Task GoAwayAsync(Socket connection, int lastStream, int code, CancellationToken cancellationToken) =>
        WriteAsync(connection, GoAway, 0, 0, [.. Number(lastStream), .. Number(code)], cancellationToken);

    /// <summary>Headers with a status from HPACK's static table (RFC 7541, appendix A), and the end of the stream.</summary>
    public static Task RespondAsync(Socket connection, int stream, int status, CancellationToken cancellationToken)
    {
        byte indexed = status switch
        {
            200 => 0x88,
            204 => 0x89,
            404 => 0x8d,
            500 => 0x8e,
            _ => throw new ArgumentOutOfRangeException(nameof(status)),
        };
        return WriteAsync(connection, Headers, 0x4 | 0x1, stream, [indexed], cancellationToken);
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static async Task<byte[]> ReadAsync(Socket connection, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await connection.ReceiveAsync(bytes.AsMemory(read), cancellationToken);
            if (more == 0)
            {
                throw new EndOfStreamException();
            }

            read += more;
        }

        return bytes;
    }

    private static async Task WriteAsync(
        Socket connection, byte type, byte flags, int stream, byte[] payload, CancellationToken cancellationToken)
    {
        byte[] frame = [
            (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, .. Number(stream), .. payload
        ];
        await connection.SendAsync(frame, cancellationToken);
    }
}
