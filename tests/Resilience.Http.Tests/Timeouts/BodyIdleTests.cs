using Microsoft.Extensions.Logging;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>A response body that falls silent is cut after BodyIdleTimeout, and only then.</summary>
public sealed class BodyIdleTests : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(5);

    private readonly TimeoutWorld _world = new(o =>
    {
        o.TotalTimeout = Total;
        o.BodyIdleTimeout = Idle;
    });

    [Theory]
    [MemberData(nameof(BodyReaders.Ways), MemberType = typeof(BodyReaders))]
    public async Task A_body_that_stalls_ends_in_time_however_it_is_read(string way)
    {
        var response = await SendAsync(new DripStream(_world.Clock, TimeSpan.Zero, Timeout.InfiniteTimeSpan));

        var exception = await Assert.ThrowsAsync<RequestTimedOutException>(() => ReadAllAsync(way, response));

        Assert.Equal(Idle, _world.Clock.Elapsed);
        Assert.Equal(TimeoutScope.Body, exception.Scope);
        Assert.Equal(Idle, exception.Timeout);
        Assert.Equal("payments", exception.ServiceName);
        Assert.Equal(CancellationToken.None, exception.CancellationToken);
        Assert.IsType<TimeoutException>(exception.InnerException);
        Assert.Equal(
            "payments (https://payments.internal) sent no response bytes within the BodyIdleTimeout of 2 s, after 5 bytes. " +
            "Find out why it is slow, or raise BodyIdleTimeout if it may pause that long. This limit is not HttpClient.Timeout.",
            exception.Message);
    }

    [Theory]
    [MemberData(nameof(BodyReaders.Ways), MemberType = typeof(BodyReaders))]
    public async Task A_body_that_keeps_flowing_is_never_cut_not_even_by_the_total_timeout(string way)
    {
        var pauses = Enumerable.Repeat(Idle - TimeSpan.FromMilliseconds(1), 20).ToArray();
        var response = await SendAsync(new DripStream(_world.Clock, pauses));

        Assert.Equal(20 * DripStream.Piece, await ReadAllAsync(way, response));
        Assert.True(_world.Clock.Elapsed > Total);
    }

    [Theory]
    [MemberData(nameof(BodyReaders.Ways), MemberType = typeof(BodyReaders))]
    public async Task A_body_that_is_there_already_is_read_whole(string way)
    {
        var response = await SendAsync(new DripStream(_world.Clock, new TimeSpan[20]));

        Assert.Equal(20 * DripStream.Piece, await ReadAllAsync(way, response));
        Assert.Equal(TimeSpan.Zero, _world.Clock.Elapsed);
    }

    [Fact]
    public async Task A_buffered_call_ends_in_time_too()
    {
        using var client = _world.Client(Answering(new DripStream(_world.Clock, TimeSpan.Zero, Timeout.InfiniteTimeSpan)));

        var exception = await Assert.ThrowsAsync<RequestTimedOutException>(
            () => _world.Clock.RunAsync(() => client.SendAsync(TimeoutWorld.Get())));

        Assert.Equal(TimeoutScope.Body, exception.Scope);
        Assert.Equal(Idle, _world.Clock.Elapsed);
    }

    [Fact]
    public void A_buffered_blocking_call_ends_in_time_too()
    {
        using var client = _world.Client(Answering(new DripStream(_world.Clock, TimeSpan.Zero, Timeout.InfiniteTimeSpan)));

        var exception = Assert.Throws<RequestTimedOutException>(() => _world.Clock.Run(() => client.Send(TimeoutWorld.Get())));

        Assert.Equal(TimeoutScope.Body, exception.Scope);
        Assert.Equal(Idle, _world.Clock.Elapsed);
    }

    [Fact]
    public async Task A_slow_reader_is_not_a_silent_server()
    {
        var response = await SendAsync(new DripStream(_world.Clock, TimeSpan.Zero, TimeSpan.Zero, Idle / 2));
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[100];

        for (var i = 0; i < 3; i++)
        {
            _world.Clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal(DripStream.Piece, await _world.Clock.RunAsync(() => body.ReadAsync(buffer, CancellationToken.None).AsTask()));
        }
    }

    [Fact]
    public async Task What_was_cut_stays_cut()
    {
        var response = await SendAsync(new DripStream(_world.Clock, Timeout.InfiniteTimeSpan));
        await using var body = await response.Content.ReadAsStreamAsync();
        var first = await Assert.ThrowsAsync<RequestTimedOutException>(
            () => _world.Clock.RunAsync(() => body.ReadAsync(new byte[1]).AsTask()));

        var again = await Assert.ThrowsAsync<RequestTimedOutException>(() => body.ReadAsync(new byte[1]).AsTask());

        Assert.Equal(first.Message, again.Message);
        Assert.Equal(Idle, _world.Clock.Elapsed);
    }

    [Fact]
    public async Task A_reader_that_gives_up_gets_its_own_token()
    {
        var response = await SendAsync(new DripStream(_world.Clock, Timeout.InfiniteTimeSpan));
        await using var body = await response.Content.ReadAsStreamAsync();
        using var reader = new CancellationTokenSource(TimeSpan.FromSeconds(1), _world.Clock);

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _world.Clock.RunAsync(() => body.ReadAsync(new byte[1], reader.Token).AsTask()));

        Assert.Equal(reader.Token, exception.CancellationToken);
        Assert.IsNotType<RequestTimedOutException>(exception);
        Assert.Equal(0, Registrations.On(reader));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_breaks_throws_the_original_exception(bool atOnce)
    {
        var broken = new IOException("reset");
        var stream = new DripStream(_world.Clock, TimeSpan.FromSeconds(1)) { ThrowsAtOnce = atOnce ? broken : null, ThrowsLate = broken };
        var response = await SendAsync(stream);
        await using var body = await response.Content.ReadAsStreamAsync();

        for (var i = 0; i < 3; i++)
        {
            var thrown = await Record.ExceptionAsync(() => _world.Clock.RunAsync(() => body.ReadAsync(new byte[1]).AsTask()));
            Assert.Same(broken, thrown);
        }

        Assert.Equal(1, _world.Clock.TimersAlive);
    }

    [Fact]
    public async Task Thousands_of_reads_share_one_timer()
    {
        var response = await SendAsync(new DripStream(_world.Clock, [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(1), 2_000)]));
        var before = _world.Clock.TimersAlive;

        await ReadAllAsync("ReadAsync, memory", response);

        Assert.Equal(before, _world.Clock.TimersAlive);
    }

    [Fact]
    public async Task A_read_of_no_bytes_waits_for_bytes_under_the_limit_too()
    {
        var response = await SendAsync(new DripStream(_world.Clock, Timeout.InfiniteTimeSpan));
        await using var body = await response.Content.ReadAsStreamAsync();

        await Assert.ThrowsAsync<RequestTimedOutException>(() => _world.Clock.RunAsync(() => body.ReadAsync(Memory<byte>.Empty).AsTask()));
    }

    [Fact]
    public async Task A_body_idle_timeout_is_counted_and_logged()
    {
        using var metrics = new RecordedMetrics(_world.Meters);
        var response = await SendAsync(new DripStream(_world.Clock, TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        await Assert.ThrowsAsync<RequestTimedOutException>(() => ReadAllAsync("CopyToAsync", response));

        Assert.Equal("body", Assert.Single(metrics.Of("resilience.http.timeouts")).Tags["resilience.timeout.scope"]);
        var line = Assert.Single(_world.Log.At(LogLevel.Warning));
        Assert.Equal("BodyTimedOut", line.Event);
        Assert.Equal(
            "No response bytes arrived from payments (https://payments.internal) for 2 s (BodyIdleTimeout), after 5 bytes.", line.Text);
    }

    [Fact]
    public async Task The_client_without_a_name_has_one_in_the_log()
    {
        using var world = new TimeoutWorld(o => o.BodyIdleTimeout = Idle, name: "");
        var response = await world.SendAsync(world.Server(script => script.Then((_, _) =>
            Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new DripStream(world.Clock, Timeout.InfiniteTimeSpan)) }))
                .Always()));

        await Assert.ThrowsAsync<RequestTimedOutException>(() => world.Clock.RunAsync(() => response.Content.CopyToAsync(Stream.Null)));

        Assert.StartsWith(
            "No response bytes arrived from the default client (https://payments.internal) for ",
            Assert.Single(world.Log.At(LogLevel.Warning)).Text,
            StringComparison.Ordinal);
    }

    public void Dispose() => _world.Dispose();

    private static FakeServer Answering(Stream body) =>
        new((_, _) => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(body) }));

    private Task<HttpResponseMessage> SendAsync(Stream body) => _world.SendAsync(Answering(body));

    private Task<long> ReadAllAsync(string way, HttpResponseMessage response) => BodyReaders.ReadAsync(_world.Clock, way, response.Content);
}
