#!/usr/bin/env bash
# SocketsHttpHandler sends a POST without a body again, without any retry handler, if the server closes a kept-alive connection after it
# has read the request and before the first byte of its response. A POST with content goes out once.
# .NET 10, System.Net.Http (in the shared framework; no package).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
using System.Net;
using System.Net.Sockets;
using System.Text;

Console.WriteLine($"System.Net.Http of .NET {Environment.Version}");
var withoutBody = await CountAsync(null);
var withBody = await CountAsync(new StringContent("x"));
Console.WriteLine($"PostAsync(uri, null): the server read {withoutBody} requests for one call");
Console.WriteLine($"PostAsync(uri, content): the server read {withBody} requests for one call");
var same = withoutBody == 4 && withBody == 1;
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;

static async Task<int> CountAsync(HttpContent? content)
{
    var listener = new TcpListener(IPAddress.Loopback, 0);
    listener.Start();
    var uri = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    var posts = 0;
    var server = Task.Run(async () =>
    {
        while (true)
        {
            var connection = await listener.AcceptTcpClientAsync();
            _ = Task.Run(async () =>
            {
                using (connection)
                {
                    var buffer = new byte[4096];
                    var length = await connection.GetStream().ReadAsync(buffer);
                    if (Encoding.ASCII.GetString(buffer, 0, length).StartsWith("POST"))
                    {
                        Interlocked.Increment(ref posts); // Read, then closed without an answer.
                    }
                }
            });
        }
    });
    using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
    try
    {
        using var response = await client.PostAsync(uri, content);
    }
    catch (HttpRequestException exception)
    {
        Console.WriteLine($"{exception.HttpRequestError}: {exception.Message}");
    }

    return posts;
}
CS
dotnet run finding.cs
