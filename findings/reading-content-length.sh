#!/usr/bin/env bash
# Reading HttpContentHeaders.ContentLength changes the headers: the computed length is stored as a Content-Length header.
# A property that looks like a plain read decides whether the header is listed (in logs, signatures, copies of the headers).
# .NET 10, System.Net.Http (in the shared framework; no package).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
Console.WriteLine($"System.Net.Http of .NET {Environment.Version}");
var content = new StringContent("four");
var before = content.Headers.Select(header => header.Key).ToArray();
var length = content.Headers.ContentLength;
var after = content.Headers.Select(header => header.Key).ToArray();
Console.WriteLine($"before: {string.Join(", ", before)}");
Console.WriteLine($"ContentLength is {length}");
Console.WriteLine($"after: {string.Join(", ", after)}");
var same = !before.Contains("Content-Length") && length == 4 && after.Contains("Content-Length");
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;
CS
dotnet run finding.cs
