#!/usr/bin/env bash
# In Redis a script runs alone. In Garnet scripts of several connections run at the same time unless the server is started with
# --lua-transaction-mode: a script that reads a counter and writes it back loses increments.
# Microsoft.Garnet 2.2.8, StackExchange.Redis 3.4.35.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:package Microsoft.Garnet@2.2.8
#:package StackExchange.Redis@3.4.35
#:property PublishAot=false
using System.Net;
using System.Net.Sockets;
using Garnet;
using StackExchange.Redis;

const int Connections = 8;
const int Increments = 1000;
const string Script = """
    local count = tonumber(redis.call('GET', KEYS[1]) or '0')
    for i = 1, 20000 do end
    redis.call('SET', KEYS[1], count + 1)
    """;
Console.WriteLine($"Microsoft.Garnet {typeof(GarnetServer).Assembly.GetName().Version}");

var asStarted = await CountAsync([]);
var asTransactions = await CountAsync(["--lua-transaction-mode", "true"]);
Console.WriteLine($"{Connections * Increments} increments by a script: the counter is at {asStarted}");
Console.WriteLine($"with --lua-transaction-mode: the counter is at {asTransactions}");
var asRecorded = asStarted < Connections * Increments && asTransactions == Connections * Increments;
Console.WriteLine(asRecorded ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return asRecorded ? 0 : 1;

static async Task<int> CountAsync(string[] mode)
{
    using var probe = new TcpListener(IPAddress.Loopback, 0);
    probe.Start();
    var port = ((IPEndPoint)probe.LocalEndpoint).Port;
    probe.Stop();
    using var server = new GarnetServer(["--bind", "127.0.0.1", "--port", $"{port}", "-q", .. mode, "--lua", "true"]);
    server.Start();
    await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},asyncTimeout=30000");
        for (var i = 0; i < Increments; i++)
        {
            await connection.GetDatabase().ScriptEvaluateAsync(Script, ["counter"]);
        }
    })));
    using var reader = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port}");
    return (int)await reader.GetDatabase().StringGetAsync("counter");
}
CS
dotnet run finding.cs
