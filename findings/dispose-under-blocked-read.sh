#!/usr/bin/env bash
# Over plain HTTP/1.1, disposing a response stream does not end a synchronous Read of it that blocks on another thread: Dispose returns at
# once, but the read stays blocked for about two seconds more and then reports that the response ended prematurely.
# .NET 10, System.Net.Http (in the shared framework; no package).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

Console.WriteLine($"System.Net.Http of .NET {Environment.Version}");
var listener = new TcpListener(IPAddress.Loopback, 0);
listener.Start();
using var client = new HttpClient();
var call = client.GetAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/", HttpCompletionOption.ResponseHeadersRead);
using var connection = await listener.AcceptTcpClientAsync();
_ = await connection.GetStream().ReadAsync(new byte[4096]);
await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"u8.ToArray());
using var response = await call;
var stream = await response.Content.ReadAsStreamAsync();
var ended = "";
var started = new ManualResetEventSlim();
var reader = new Thread(() =>
{
    try
    {
        var buffer = new byte[100];
        var count = stream.Read(buffer);
        started.Set();
        ended = $"read {count}, then {stream.Read(buffer)}";
    }
    catch (Exception exception)
    {
        ended = $"{exception.GetType().Name}: {exception.Message}";
    }
});
reader.Start();
started.Wait();
Thread.Sleep(300); // Until the second read blocks.
var clock = Stopwatch.StartNew();
stream.Dispose();
var disposed = clock.Elapsed;
reader.Join(TimeSpan.FromSeconds(10));
Console.WriteLine($"Dispose returned after {disposed.TotalSeconds:0.00} s; the blocked read ended after {clock.Elapsed.TotalSeconds:0.00} s: {ended}");
var same = clock.Elapsed > TimeSpan.FromSeconds(1) && clock.Elapsed < TimeSpan.FromSeconds(6);
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;
CS
dotnet run finding.cs
