using System.Net;
using System.Net.Sockets;
using Resilience.Http.IntegrationTests.Retry;
using Resilience.Http.Tests.Endpoints;

namespace Resilience.Http.IntegrationTests.Endpoints;

/// <summary>What an endpoint gets behind its own base path is what HttpClient sends by itself, byte for byte.</summary>
public sealed class RequestTargetTests
{
    [Theory]
    [MemberData(nameof(RequestUris.Table), MemberType = typeof(RequestUris))]
    public Task An_IP_address_gets_the_same_request_target(string baseAddress, string request) =>
        CheckAsync(baseAddress, request, IPAddress.Loopback, static port => $"http://127.0.0.1:{port}");

    [Theory]
    [MemberData(nameof(RequestUris.Table), MemberType = typeof(RequestUris))]
    public Task A_name_with_an_escaped_base_path_gets_the_same_request_target(string baseAddress, string request) =>
        CheckAsync(baseAddress, request, IPAddress.Loopback, static port => $"http://localhost:{port}/v2%2Fx/api");

    [Theory]
    [MemberData(nameof(RequestUris.Table), MemberType = typeof(RequestUris))]
    public Task An_IPv6_address_with_a_base_path_gets_the_same_request_target(string baseAddress, string request)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "No IPv6 here.");
        return CheckAsync(baseAddress, request, IPAddress.IPv6Loopback, static port => $"http://[::1]:{port}/base/");
    }

    private static async Task CheckAsync(string baseAddress, string request, IPAddress listens, Func<int, string> endpoint)
    {
        List<string> targets = [];
        await using var server = new RawServer(
            async (connection, token) =>
            {
                var head = await RawServer.ReadHeadAsync(connection, token);
                targets.Add(head.Split(' ')[1]);
                await RawServer.SendAsync(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", token);
            },
            listens);
        var shape = endpoint(server.Port);
        var uri = new Uri(new Uri(baseAddress), request);

        using var plain = new HttpClient(Sockets(listens, server.Port));
        using var first = await plain.GetAsync(uri, TestContext.Current.CancellationToken);
        using var chain = RealClient.Over(configure: options =>
        {
            options.BaseAddress = new Uri(baseAddress);
            options.Endpoints.Addresses = [new HttpEndpoint(new Uri(shape))];
        });
        using var second = await chain.GetAsync(uri, TestContext.Current.CancellationToken);

        var stem = new Uri(baseAddress).AbsolutePath.TrimEnd('/').Length;
        var shapePath = new Uri(shape).AbsolutePath.TrimEnd('/');
        var rest = targets[0][stem..];
        Assert.Equal(shapePath.Length == 0 && !rest.StartsWith('/') ? $"/{rest}" : $"{shapePath}{rest}", targets[1]);
    }

    /// <summary>Whatever host is called, the server is.</summary>
    private static SocketsHttpHandler Sockets(IPAddress address, int port) => new()
    {
        UseProxy = false,
        ConnectCallback = async (_, token) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(address, port), token);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };
}
