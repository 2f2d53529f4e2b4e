#!/usr/bin/env bash
# HttpRequestHeaders.Clear() removes every header but keeps the Protocol property, the ":protocol" pseudo-header of an extended CONNECT
# (RFC 8441). A request object whose headers are cleared and filled again still asks for the old protocol.
# .NET 10, System.Net.Http (in the shared framework; no package).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
Console.WriteLine($"System.Net.Http of .NET {Environment.Version}");
using var request = new HttpRequestMessage(HttpMethod.Connect, "https://example.test/");
request.Headers.Protocol = "websocket";
request.Headers.Add("X-One", "1");
request.Headers.ExpectContinue = true;
request.Headers.Clear();
Console.WriteLine($"headers after Clear(): {request.Headers.Count()}; ExpectContinue: {request.Headers.ExpectContinue?.ToString() ?? "null"}; Protocol: {request.Headers.Protocol ?? "null"}");
var same = !request.Headers.Any() && request.Headers.Protocol == "websocket";
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;
CS
dotnet run finding.cs
