#!/usr/bin/env bash
# Elastic.Transport's StreamResponse is a success with an empty body if the response is text/plain: the bytes that the server sent are lost
# without an error. With application/json the same bytes arrive.
# Elastic.Transport 1.1.0.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
#:package Elastic.Transport@1.1.0
using System.Net;
using System.Text;
using Elastic.Transport;

Console.WriteLine("Elastic.Transport 1.1.0");
var type = "";
var port = Random.Shared.Next(20000, 30000);
using var listener = new HttpListener();
listener.Prefixes.Add($"http://127.0.0.1:{port}/");
listener.Start();
_ = Task.Run(async () =>
{
    while (true)
    {
        var context = await listener.GetContextAsync();
        context.Response.ContentType = type;
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes("{\"a\":1}"));
        context.Response.Close();
    }
});
var transport = new DistributedTransport(new TransportConfiguration(new Uri($"http://127.0.0.1:{port}/")));
var lengths = new List<int>();
foreach (var mediaType in new[] { "application/json", "text/plain" })
{
    type = mediaType;
    using var response = await transport.RequestAsync<StreamResponse>(Elastic.Transport.HttpMethod.GET, "/");
    using var reader = new StreamReader(response.Body);
    var text = await reader.ReadToEndAsync();
    lengths.Add(text.Length);
    Console.WriteLine($"{mediaType}: success {response.ApiCallDetails.HasSuccessfulStatusCode}, status {response.ApiCallDetails.HttpStatusCode}, body '{text}'");
}

var same = lengths is [7, 0];
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;
CS
dotnet run finding.cs
