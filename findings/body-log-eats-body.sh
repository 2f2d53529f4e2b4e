#!/usr/bin/env bash
# With LogBody, AddExtendedHttpClientLogging takes a response away from the caller if its body takes longer than BodyReadTimeout (1 s): what
# the logging has read by then is gone. Over HTTP/2 GetStringAsync returns the rest as if it were the whole body; over HTTP/1.1 it fails.
# RFC 9112, 6.3 and RFC 9113, 8.1 set no time for a body, and the documentation of BodyReadTimeout says only "the maximum amount of time to
# wait for the request or response body to be read". Microsoft.Extensions.Http.Diagnostics 10.11.0, .Compliance.Redaction 10.11.0.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
#:package Microsoft.Extensions.Http.Diagnostics@10.11.0
#:package Microsoft.Extensions.Compliance.Redaction@10.11.0
Console.WriteLine($"Microsoft.Extensions.Http.Diagnostics 10.11.0 on .NET {Environment.Version}; the server sends 1234 in 2.8 s");
var seen = "";
foreach (var (version, log) in new[] { ("1.1", false), ("1.1", true), ("2.0", false), ("2.0", true) })
{
    var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0", $"--Kestrel:EndpointDefaults:Protocols=Http{version[0]}"]);
    builder.Logging.ClearProviders();
    builder.Services.AddRedaction().AddHttpClient("", c => c.DefaultRequestVersion = new(version))
        .ConfigureHttpClient(c => c.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact)
        .AddExtendedHttpClientLogging(o => o.LogBody = o.ResponseBodyContentTypes.Add("application/json") && log);
    await using var server = builder.Build();
    server.MapGet("/", async (HttpResponse response) =>
    {
        response.ContentType = "application/json";
        for (var i = 1; i <= 4; i++, await Task.Delay(700)) await response.WriteAsync($"{i}");
    });
    await server.StartAsync();
    var body = await server.Services.GetRequiredService<IHttpClientFactory>().CreateClient().GetStringAsync(server.Urls.Single())
        .ContinueWith(t => t.Exception?.InnerException?.GetType().Name ?? t.Result);
    Console.WriteLine($"HTTP/{version}, LogBody {log}: GetStringAsync gives {body}");
    seen += $"{body} ";
}

var same = seen == "1234 HttpRequestException 1234 34 ";
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;
CS
dotnet run finding.cs
