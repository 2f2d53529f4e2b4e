using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Resilience.Http.IntegrationTests.Experiments;

/// <summary>The requests of an experiment over real sockets.</summary>
public sealed class ExperimentRequestTests
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_compressed_body_is_read_and_the_sender_names_itself(string encoding)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var seen = AnswerOneAsync(listener, encoding);
        using var runner = new ChaosExperimentRunner();
        var request = new ChaosHttpRequest(new Uri($"http://{listener.LocalEndpoint}/orders"));

        var result = await runner.RunAsync(
            new ChaosExperiment { Title = "t", SteadyState = [ChaosProbe.Http("orders", request, ChaosTolerance.AtPath("$.open", 3))] },
            cancellationToken: TestContext.Current.CancellationToken);
        var head = await seen;

        // A steady state is checked twice; the second check finds nobody, which is not what is tested here.
        Assert.True(result.Before!.Met, result.ToString());
        Assert.Contains("User-Agent: Resilience.Http.Chaos.Experiments/", head, StringComparison.Ordinal);
        Assert.Contains(encoding, head.Split("Accept-Encoding: ")[1].Split('\r')[0], StringComparison.Ordinal);
    }

    private static async Task<string> AnswerOneAsync(TcpListener listener, string encoding)
    {
        using var socket = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        listener.Stop();
        await using var stream = socket.GetStream();
        var head = new StringBuilder();
        var buffer = new byte[1024];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            head.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        var body = Compress("""{ "open": 3 }""", encoding);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: " +
                $"{encoding}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"),
            TestContext.Current.CancellationToken);
        await stream.WriteAsync(body, TestContext.Current.CancellationToken);
        return head.ToString();
    }

    private static byte[] Compress(string text, string encoding)
    {
        using var compressed = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(compressed, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(compressed, CompressionLevel.Fastest),
            _ => new BrotliStream(compressed, CompressionLevel.Fastest),
        })
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return compressed.ToArray();
    }
}
