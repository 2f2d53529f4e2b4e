using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.IntegrationTests.Retry;
using Resilience.Http.IntegrationTests.Support;
using Resilience.Http.Testing;

namespace Resilience.Http.IntegrationTests.Timeouts;

/// <summary>
/// Bodies over real sockets. What is waited for in real time is only the limit that must strike, as nothing else tells when a read has
/// begun to wait; nothing depends on how soon after it the test goes on.
/// </summary>
public sealed class BodyIdleTests : IAsyncDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(300);

    private readonly ServiceCollection _services = new();
    private readonly List<IAsyncDisposable> _running = [];

    public static TheoryData<HttpProtocols, string> Stalls
    {
        get
        {
            var data = new TheoryData<HttpProtocols, string>();
            foreach (var protocol in (HttpProtocols[])[HttpProtocols.Http1, HttpProtocols.Http2])
            {
                foreach (var way in Ways.Keys)
                {
                    data.Add(protocol, way);
                }
            }

            data.Add(HttpProtocols.Http1, "buffered, synchronous"); // HttpClient.Send knows no HTTP/2
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Stalls))]
    public async Task Headers_and_five_of_a_hundred_bytes_and_then_silence_end_in_time(HttpProtocols protocol, string way)
    {
        var (server, client) = await StartAsync(protocol, o => o.BodyIdleTimeout = Idle);
        var began = Stopwatch.GetTimestamp();

        var exception = await Assert.ThrowsAsync<RequestTimedOutException>(() => way == "buffered, synchronous"
            ? Task.Run(() => client.Send(Get(client, "stall")))
            : Ways[way](client, Get(client, "stall")));

        var took = Stopwatch.GetElapsedTime(began);
        Assert.Equal(TimeoutScope.Body, exception.Scope);
        Assert.Contains("after 5 bytes", exception.Message, StringComparison.Ordinal);
        Assert.True(took >= Idle, $"took {took}");
        await server.Aborted;
    }

    [Theory]
    [MemberData(nameof(Protocols.Both), MemberType = typeof(Protocols))]
    public async Task A_stream_that_keeps_flowing_past_the_total_timeout_is_not_cut(HttpProtocols protocol)
    {
        var clock = new VirtualTimeProvider();
        _services.AddSingleton<TimeProvider>(clock);
        var (server, client) = await StartAsync(protocol, o =>
        {
            o.TotalTimeout = TimeSpan.FromSeconds(30);
            o.BodyIdleTimeout = TimeSpan.FromSeconds(30);
        });

        using var response = await client.SendAsync(Get(client, "drip"), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        for (var i = 0; i < BodyServer.Drops; i++)
        {
            var reading = body.ReadExactlyAsync(new byte[10]);
            clock.Advance(TimeSpan.FromSeconds(20));
            server.Drip();
            await reading;
        }

        Assert.Equal(0, await body.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task Trailers_come_through()
    {
        var (_, client) = await StartAsync(HttpProtocols.Http2, o => o.BodyIdleTimeout = TimeSpan.FromSeconds(20));

        await ReadTrailerAsync(client, Get(client, "trailers"));
    }

    [Fact]
    public async Task Trailers_of_a_chunked_body_come_through()
    {
        await using var server = new RawServer(async (connection, token) => // Kestrel sends none over HTTP/1.1
        {
            await RawServer.ReadHeadAsync(connection, token);
            await RawServer.SendAsync(
                connection,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Checksum\r\n\r\na\r\n0123456789\r\n0\r\nX-Checksum: " +
                "42\r\n\r\n",
                token);
        });
        using var handler = ResilientHttpHandler.Create("reports", new() { BodyIdleTimeout = TimeSpan.FromSeconds(20) });
        using var client = HttpProtocols.Http1.CreateClient(server.Address, handler);

        await ReadTrailerAsync(client, Get(client, "trailers"));
    }

    [Theory]
    [MemberData(nameof(Protocols.Both), MemberType = typeof(Protocols))]
    public async Task Content_length_and_other_headers_come_through(HttpProtocols protocol)
    {
        var (_, client) = await StartAsync(protocol, o => o.BodyIdleTimeout = TimeSpan.FromSeconds(20));

        using var response = await client.SendAsync(Get(client, "whole"), HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(10, response.Content.Headers.ContentLength);
        Assert.Equal(["de", "en"], response.Content.Headers.ContentLanguage);
        Assert.Equal("0123456789", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [MemberData(nameof(Protocols.Both), MemberType = typeof(Protocols))]
    public async Task ReadAsStream_and_CopyTo_work_in_their_blocking_forms(HttpProtocols protocol)
    {
        var (_, client) = await StartAsync(protocol, o => o.BodyIdleTimeout = TimeSpan.FromSeconds(20));

        using var read = await client.SendAsync(Get(client, "whole"), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(read.Content.ReadAsStream());
        Assert.Equal("0123456789", reader.ReadToEnd());

        using var copied = await client.SendAsync(Get(client, "whole"), HttpCompletionOption.ResponseHeadersRead);
        using var copy = new MemoryStream();
        copied.Content.CopyTo(copy, null, CancellationToken.None);
        Assert.Equal(10, copy.Length);
    }

    [Theory]
    [MemberData(nameof(Protocols.Both), MemberType = typeof(Protocols))]
    public async Task A_blocking_read_of_a_body_that_stalls_is_cut(HttpProtocols protocol)
    {
        await using var server = await BodyServer.StartAsync(protocol);
        var options = new ResilientHttpClientOptions { BodyIdleTimeout = TimeSpan.FromMilliseconds(500) };
        using var client = protocol.CreateClient(server.Address, ResilientHttpHandler.Create("reports", options));
        using var response = await client.SendAsync(Get(client, "stall"), HttpCompletionOption.ResponseHeadersRead);

        var exception = await Assert.ThrowsAsync<RequestTimedOutException>(
            () => Task.Run(() => response.Content.ReadAsStream().CopyTo(Stream.Null)));

        Assert.Equal(TimeoutScope.Body, exception.Scope);
        await server.Aborted;
    }

    [Theory]
    [MemberData(nameof(Protocols.Both), MemberType = typeof(Protocols))]
    public async Task A_compressed_body_is_unpacked_under_the_limit(HttpProtocols protocol)
    {
        var (_, client) = await StartAsync(protocol, o => o.BodyIdleTimeout = TimeSpan.FromSeconds(20));
        var request = Get(client, "gzip");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal("0123456789", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [MemberData(nameof(Protocols.Both), MemberType = typeof(Protocols))]
    public async Task Disposing_a_response_in_the_middle_of_its_body_ends_it_at_the_server(HttpProtocols protocol)
    {
        var (server, client) = await StartAsync(protocol, o => o.BodyIdleTimeout = TimeSpan.FromMinutes(5));
        using (var response = await client.SendAsync(Get(client, "stall"), HttpCompletionOption.ResponseHeadersRead))
        {
            await using var body = await response.Content.ReadAsStreamAsync();
            await body.ReadExactlyAsync(new byte[5]);
        }

        await server.Aborted;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var each in Enumerable.Reverse(_running))
        {
            await each.DisposeAsync();
        }
    }

    private static readonly Dictionary<string, Func<HttpClient, HttpRequestMessage, Task>> Ways = new()
    {
        ["buffered"] = (client, request) => client.SendAsync(request),
        ["streamed"] = (client, request) => StreamedAsync(client, request, async content =>
        {
            await using var body = await content.ReadAsStreamAsync();
            await body.ReadExactlyAsync(new byte[100]);
        }),
        ["streamed, copied"] = (client, request) => StreamedAsync(client, request, content => content.CopyToAsync(Stream.Null)),
        ["streamed, synchronous reads"] = (client, request) => StreamedAsync(client, request, content => Task.Run(() =>
        {
            using var body = content.ReadAsStream();
            body.ReadExactly(new byte[100]);
        })),
        ["streamed, synchronous copy"] = (client, request) =>
            StreamedAsync(client, request, content => Task.Run(() => content.CopyTo(Stream.Null, null, CancellationToken.None))),
    };

    private static async Task ReadTrailerAsync(HttpClient client, HttpRequestMessage request)
    {
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("0123456789", await response.Content.ReadAsStringAsync());
        Assert.Equal("42", Assert.Single(response.TrailingHeaders.GetValues("X-Checksum")));
    }

    private static async Task StreamedAsync(HttpClient client, HttpRequestMessage request, Func<HttpContent, Task> read)
    {
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await read(response.Content);
    }

    private static HttpRequestMessage Get(HttpClient client, string path) => new(HttpMethod.Get, path)
    {
        Version = client.DefaultRequestVersion,
        VersionPolicy = client.DefaultVersionPolicy,
    };

    private async Task<(BodyServer Server, HttpClient Client)> StartAsync(
        HttpProtocols protocol, Action<ResilientHttpClientOptions> configure)
    {
        var server = await BodyServer.StartAsync(protocol);
        _running.Add(server);
        _services.AddResilientHttpClient("reports", configure)
            .ConfigureHttpClient(client =>
            {
                client.BaseAddress = server.Address;
                client.DefaultRequestVersion = protocol == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11;
                client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip });
        var provider = _services.BuildServiceProvider();
        _running.Add(provider);
        return (server, provider.GetRequiredService<IHttpClientFactory>().CreateClient("reports"));
    }
}
