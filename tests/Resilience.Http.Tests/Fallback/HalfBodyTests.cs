using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fallback;

/// <summary>A connection that is cut reads as one that has ended; what was read until then is not kept as an answer.</summary>
public sealed class HalfBodyTests : IDisposable
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly CutStream _body = new();
    private readonly ChainClient _client;

    public HalfBodyTests() => _client = new(
        new ScriptedServer(script => script.Then(_ => new HttpResponseMessage { Content = new StreamContent(_body) }).Always(503), _clock),
        options =>
        {
            options.CircuitBreaker.Enabled = false;
            options.Fallback.StaleIfError = TimeSpan.FromMinutes(1);
        },
        _clock);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_is_not_kept_when_the_response_is_disposed_while_it_is_copied(bool async)
    {
        var response = await BeginAsync();
        var target = new TargetStream { Written = response.Dispose };
        if (async)
        {
            await response.Content.CopyToAsync(target, CancellationToken.None);
        }
        else
        {
            response.Content.CopyTo(target, null, CancellationToken.None);
        }

        await NothingWasKeptAsync();
    }

    [Theory]
    [InlineData("response")]
    [InlineData("stream")]
    [InlineData("stream, asynchronously")]
    public async Task A_body_is_not_kept_when_it_is_disposed_while_it_is_read(string way)
    {
        var response = await BeginAsync();
        var body = await response.Content.ReadAsStreamAsync(CancellationToken.None);
        Assert.Equal(3, await ReadSomeAsync());
        var reading = ReadSomeAsync();
        switch (way)
        {
            case "response":
                response.Dispose();
                break;
            case "stream":
                body.Dispose();
                break;
            default:
                await body.DisposeAsync();
                break;
        }

        Assert.Equal(0, await reading);
        await NothingWasKeptAsync();

        async Task<int> ReadSomeAsync() => await body.ReadAsync(new byte[8], CancellationToken.None);
    }

    [Fact]
    public async Task A_body_is_not_kept_when_a_read_has_failed()
    {
        _body.Fails = true;
        using (var response = await BeginAsync())
        {
            var body = await response.Content.ReadAsStreamAsync(CancellationToken.None);
            await Assert.ThrowsAsync<IOException>(() => body.ReadExactlyAsync(new byte[8], CancellationToken.None).AsTask());
            Assert.Equal(0, await body.ReadAsync(new byte[8], CancellationToken.None));
        }

        await NothingWasKeptAsync();
    }

    public void Dispose() => _client.Dispose();

    private Task<HttpResponseMessage> BeginAsync() =>
        _clock.RunAsync(() => _client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None));

    private async Task NothingWasKeptAsync()
    {
        using var response = await BeginAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    /// <summary>Gives three bytes, and then none until it is disposed of.</summary>
    private sealed class CutStream : MemoryStream
    {
        private readonly TaskCompletionSource<int> _cut = new();
        private bool _begun;

        /// <summary>The second read fails, and those after it find the end.</summary>
        public bool Fails { get; set; }

        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) =>
            ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_begun)
            {
                _begun = true;
                "one"u8.CopyTo(buffer.Span);
                return new(3);
            }

            if (Fails && _cut.TrySetResult(0))
            {
                throw new IOException("cut");
            }

            return new(_cut.Task);
        }

        protected override void Dispose(bool disposing)
        {
            _cut.TrySetResult(0);
            base.Dispose(disposing);
        }
    }

    private sealed class TargetStream : MemoryStream
    {
        public required Action Written { get; init; }

        public override void Write(byte[] buffer, int offset, int count) => Written();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written();
            return default;
        }
    }
}
