using System.Net;
using System.Text;

namespace Resilience.Http.Tests.Chaos.Faults;

public sealed class SlowBodyTests
{
    private static readonly string Body = new('x', 1_000);

    [Fact]
    public async Task The_bytes_come_at_the_pace_that_was_set()
    {
        using var bench = Bench(bytesPerSecond: 100);

        using var response = await bench.GetAsync();
        Assert.Equal(TimeSpan.Zero, bench.Clock.Elapsed); // the headers come as ever
        var body = await bench.Clock.RunAsync(() => response.Content.ReadAsStringAsync());

        Assert.Equal(Body, body);
        Assert.InRange(bench.Clock.Elapsed, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.1));
        Assert.Equal(["slow-body"], response.Headers.GetValues("Resilience-Chaos"));
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(1_000, response.Content.Headers.ContentLength);
    }

    [Fact]
    public void A_synchronous_reader_gets_the_same_pace()
    {
        using var bench = Bench(bytesPerSecond: 100);
        using var request = new HttpRequestMessage(HttpMethod.Get, "charges");

        var body = bench.Clock.Run(() =>
        {
            using var response = bench.Client.Send(request, HttpCompletionOption.ResponseHeadersRead);
            using var reader = new StreamReader(response.Content.ReadAsStream());
            return reader.ReadToEnd();
        });

        Assert.Equal(Body, body);
        Assert.InRange(bench.Clock.Elapsed, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.1));
    }

    [Fact]
    public async Task A_buffered_call_waits_for_the_whole_body()
    {
        using var bench = Bench(bytesPerSecond: 1_000);

        var body = await bench.Clock.RunAsync(() => bench.Client.GetStringAsync("charges"));

        Assert.Equal(Body, body);
        Assert.InRange(bench.Clock.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1));
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_loses_no_byte()
    {
        using var bench = Bench(bytesPerSecond: 10);
        using var response = await bench.GetAsync();
        using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), bench.Clock);

        await Assert.ThrowsAsync<TaskCanceledException>(
            () => bench.Clock.RunAsync(() => stream.ReadAsync(new byte[100], cancel.Token).AsTask()));
        using var reader = new StreamReader(stream);

        Assert.Equal(Body, await bench.Clock.RunAsync(() => reader.ReadToEndAsync()));
    }

    [Fact]
    public async Task A_reader_slower_than_the_pace_is_not_slowed_further()
    {
        using var bench = Bench(bytesPerSecond: 100);
        using var response = await bench.GetAsync();
        using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await bench.Clock.RunAsync(() => stream.ReadExactlyAsync(new byte[10]).AsTask());
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        var before = bench.Clock.Elapsed;

        await bench.Clock.RunAsync(() => stream.ReadExactlyAsync(new byte[500]).AsTask());

        Assert.Equal(before, bench.Clock.Elapsed);
    }

    [Theory]
    [InlineData("GET", HttpStatusCode.SwitchingProtocols)]
    [InlineData("CONNECT", HttpStatusCode.OK)]
    public async Task A_tunnel_is_left_unchanged_and_does_not_count_as_an_active_fault(string method, HttpStatusCode status)
    {
        using var bench = new InjectionFixture(script => script
            .Then(_ => new HttpResponseMessage(status) { Content = new Tunnel() })
            .Always());
        bench.Use(new() { SlowBody = new() { BytesPerSecond = 10, Percentage = 100 } }, static options => options.MaxActiveFaults = 1);
        using var request = new HttpRequestMessage(new HttpMethod(method), "socket");

        using var response = await bench.Clock.RunAsync(() => bench.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
        using var slow = await bench.GetAsync();

        Assert.True((await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)).CanWrite);
        Assert.False(response.Headers.Contains("Resilience-Chaos"));
        Assert.Equal(status != HttpStatusCode.SwitchingProtocols, slow.Headers.Contains("Resilience-Chaos"));
    }

    [Fact]
    public async Task A_body_in_memory_that_was_read_in_part_is_read_again_whole()
    {
        using var bench = Bench(bytesPerSecond: 1_000);
        using var response = await bench.GetAsync();
        var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await bench.Clock.RunAsync(() => stream.ReadExactlyAsync(new byte[10]).AsTask());

        Assert.Equal(Body, await bench.Clock.RunAsync(() => response.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("read to its end")]
    [InlineData("disposed")]
    public async Task A_slow_body_counts_as_an_active_fault_until_it_is_read_or_disposed(string end)
    {
        using var bench = Bench(bytesPerSecond: 1_000, options => options.MaxActiveFaults = 1);

        using var response = await bench.GetAsync();
        if (end == "disposed")
        {
            response.Dispose();
        }
        else
        {
            await bench.Clock.RunAsync(() => response.Content.CopyToAsync(Stream.Null));
        }

        using var next = await bench.GetAsync();
        Assert.True(next.Headers.Contains("Resilience-Chaos"));
    }

    [Fact]
    public async Task A_slow_body_in_progress_counts_as_an_active_fault()
    {
        using var bench = Bench(bytesPerSecond: 1_000, options => options.MaxActiveFaults = 1);

        using var first = await bench.GetAsync();
        using var second = await bench.GetAsync();

        Assert.True(first.Headers.Contains("Resilience-Chaos"));
        Assert.False(second.Headers.Contains("Resilience-Chaos"));
    }

    private static InjectionFixture Bench(int bytesPerSecond, Action<HttpChaosOptions>? change = null)
    {
        var bench = new InjectionFixture(script => script
            .Then(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Body, Encoding.UTF8) })
            .Always());
        bench.Use(new() { SlowBody = new() { BytesPerSecond = bytesPerSecond, Percentage = 100 } }, change);
        return bench;
    }

    /// <summary>A connection in both directions in place of a body.</summary>
    private sealed class Tunnel : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new MemoryStream());

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
