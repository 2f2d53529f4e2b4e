using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>The ways to read a response body to its end. Each gives the number of bytes read.</summary>
internal static class BodyReaders
{
    private static readonly Dictionary<string, Func<HttpContent, Task<long>>> Readers = new()
    {
        ["ReadAsync, memory"] = async content =>
        {
            await using var body = await content.ReadAsStreamAsync();
            return await SumAsync(buffer => body.ReadAsync(buffer).AsTask());
        },
        ["ReadAsync, array"] = async content =>
        {
            await using var body = await content.ReadAsStreamAsync();
#pragma warning disable CA1835 // The overload that is meant.
            return await SumAsync(buffer => body.ReadAsync(buffer, 0, buffer.Length));
#pragma warning restore CA1835
        },
        ["BeginRead"] = async content =>
        {
            await using var body = await content.ReadAsStreamAsync();
            return await SumAsync(buffer => Task.Factory.FromAsync(body.BeginRead, body.EndRead, buffer, 0, buffer.Length, null));
        },
        ["stream CopyToAsync"] = async content =>
        {
            await using var body = await content.ReadAsStreamAsync();
            using var copy = new MemoryStream();
            await body.CopyToAsync(copy);
            return copy.Length;
        },
        ["CopyToAsync"] = async content =>
        {
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy);
            return copy.Length;
        },
        ["LoadIntoBufferAsync"] = async content =>
        {
            await content.LoadIntoBufferAsync();
            return (await content.ReadAsByteArrayAsync()).Length;
        },
        ["ReadAsStringAsync"] = async content => (await content.ReadAsStringAsync()).Length,
    };

    private static readonly Dictionary<string, Func<HttpContent, long>> BlockingReaders = new()
    {
        ["Read, array"] = content =>
        {
            using var body = content.ReadAsStream();
            return Sum(buffer => body.Read(buffer, 0, buffer.Length));
        },
        ["Read, span"] = content =>
        {
            using var body = content.ReadAsStream();
            return Sum(buffer => body.Read(buffer.AsSpan()));
        },
        ["ReadByte"] = content =>
        {
            using var body = content.ReadAsStream();
            return Sum(_ => body.ReadByte() < 0 ? 0 : 1);
        },
        ["stream CopyTo"] = content =>
        {
            using var body = content.ReadAsStream();
            using var copy = new MemoryStream();
            body.CopyTo(copy);
            return copy.Length;
        },
        ["CopyTo"] = content =>
        {
            using var copy = new MemoryStream();
            content.CopyTo(copy, null, CancellationToken.None);
            return copy.Length;
        },
    };

    public static TheoryData<string> Ways => new(Readers.Keys.Concat(BlockingReaders.Keys));

    public static Task<long> ReadAsync(VirtualTimeProvider clock, string way, HttpContent content) =>
        Readers.TryGetValue(way, out var reader)
            ? clock.RunAsync(() => reader(content))
            : Task.Run(() => clock.Run(() => BlockingReaders[way](content)));

    private static async Task<long> SumAsync(Func<byte[], Task<int>> read)
    {
        var (sum, buffer) = (0L, new byte[64]);
        while (await read(buffer) is > 0 and var count)
        {
            sum += count;
        }

        return sum;
    }

    private static long Sum(Func<byte[], int> read)
    {
        var (sum, buffer) = (0L, new byte[64]);
        while (read(buffer) is > 0 and var count)
        {
            sum += count;
        }

        return sum;
    }
}
