#!/usr/bin/env bash
# A request with a Host header of its own is redirected to another host: SocketsHttpHandler follows the redirect with the same Host
# header, so the other host gets the name of the first one. Only Authorization is removed. Custom headers go along too.
# .NET 10, System.Net.Http (in the shared framework; no package).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
using System.Net;
using System.Net.Sockets;
using System.Text;

Console.WriteLine($"System.Net.Http of .NET {Environment.Version}");
var (first, other) = (new TcpListener(IPAddress.Loopback, 0), new TcpListener(IPAddress.Loopback, 0));
first.Start();
other.Start();
using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{PortOf(first)}/");
request.Headers.Host = "orders.internal";
request.Headers.Authorization = new("Bearer", "token");
request.Headers.Add("X-Tenant", "a");
var send = client.SendAsync(request);
await AnswerAsync(first, $"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{PortOf(other)}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
var seen = await AnswerAsync(other, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
(await send).Dispose();

var (host, authorization, tenant) = (Has("Host: orders.internal"), Has("Authorization:"), Has("X-Tenant: a"));
Console.WriteLine($"At the other host: Host of the first one {host}, Authorization {authorization}, X-Tenant {tenant}");
var same = host && !authorization && tenant;
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;

bool Has(string line) => seen.Contains(line, StringComparison.OrdinalIgnoreCase);
static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
static async Task<string> AnswerAsync(TcpListener listener, string answer)
{
    using var connection = await listener.AcceptTcpClientAsync();
    var buffer = new byte[4096];
    var length = await connection.GetStream().ReadAsync(buffer);
    await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
    return Encoding.ASCII.GetString(buffer, 0, length);
}
CS
dotnet run finding.cs
