#!/usr/bin/env bash
# HttpMethod keeps the spelling it is given in its Method property, but HttpClient sends methods it knows in upper case.
# An unknown or less common method goes out as it was written, so `new HttpMethod("propfind")` is not PROPFIND.
# .NET 10, System.Net.Http (in the shared framework; no package).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
using System.Net;
using System.Net.Sockets;
using System.Text;

Console.WriteLine($"System.Net.Http of .NET {Environment.Version}");
var listener = new TcpListener(IPAddress.Loopback, 0);
listener.Start();
var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";
using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
var failed = 0;
foreach (var (written, expected) in new[] { ("get", "GET"), ("Delete", "DELETE"), ("propfind", "propfind"), ("Purge", "Purge") })
{
    var method = new HttpMethod(written);
    var send = client.SendAsync(new HttpRequestMessage(method, address));
    using (var connection = await listener.AcceptTcpClientAsync())
    {
        var buffer = new byte[4096];
        var length = await connection.GetStream().ReadAsync(buffer);
        var sent = Encoding.ASCII.GetString(buffer, 0, length).Split(' ')[0];
        await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        (await send).Dispose();
        Console.WriteLine($"new HttpMethod(\"{written}\"): Method is \"{method.Method}\", on the wire \"{sent}\"");
        failed += method.Method == written && sent == expected ? 0 : 1;
    }
}

Console.WriteLine(failed == 0 ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return failed;
CS
dotnet run finding.cs
