#!/usr/bin/env bash
# If a cookie has Expires and Max-Age, RFC 6265 (4.1.2.2 and 5.3) lets Max-Age win, so that a cookie does not depend on the clocks of two
# machines. CookieContainer, which HttpClient uses, lets the one that comes first win. ASP.NET Core and PHP write Expires first: if such a
# server's clock is behind by more than the cookie's lifetime, browsers send the cookie back and HttpClient does not. .NET 10 (no package).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
using System.Net.Sockets;

Console.WriteLine($"System.Net.Http of .NET {Environment.Version}");
var (past, future) = ($"Expires={DateTime.UtcNow.AddMinutes(-30):r}", $"Expires={DateTime.UtcNow.AddMinutes(30):r}");
var same = await IsSentBack($"id=1; Max-Age=1800; {past}") & !await IsSentBack($"id=1; {past}; Max-Age=1800") // Both must be sent back.
    & !await IsSentBack($"id=1; Max-Age=0; {future}") & await IsSentBack($"id=1; {future}; Max-Age=0"); // Neither may be sent back.
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;

static async Task<bool> IsSentBack(string cookie)
{
    using var client = new HttpClient();
    using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
    listener.Start();
    var (request, buffer) = ("", new byte[4096]);
    for (var i = 0; i < 2; i++) // The first response sets the cookie; the second request shows whether it was kept.
    {
        var call = client.GetAsync($"http://{listener.LocalEndpoint}/");
        using var connection = await listener.AcceptTcpClientAsync();
        request = System.Text.Encoding.ASCII.GetString(buffer, 0, await connection.GetStream().ReadAsync(buffer));
        var response = $"HTTP/1.1 204 No Content\r\nConnection: close\r\nSet-Cookie: {cookie}\r\n\r\n";
        connection.Client.Send(System.Text.Encoding.ASCII.GetBytes(response));
        await call;
    }

    var isSentBack = request.Contains("Cookie: id=1");
    Console.WriteLine($"Set-Cookie: {cookie}: sent back {isSentBack}");
    return isSentBack;
}
CS
dotnet run finding.cs
