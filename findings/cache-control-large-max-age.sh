#!/usr/bin/env bash
# HttpResponseHeaders.CacheControl is null if one directive has more seconds than an int holds, and a no-store beside it is lost.
# RFC 9111, 1.2.2 says that such a number counts as the largest one that the recipient can represent.
# An app that asks `CacheControl?.NoStore == true` stores a response that must not be stored.
# .NET 10, System.Net.Http (in the shared framework; no package).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
using System.Net.Http.Headers;
Console.WriteLine($"System.Net.Http of .NET {Environment.Version}");
var small = Read("no-store, max-age=2147483647");
var large = Read("no-store, max-age=2147483648");
var same = small?.NoStore == true && large is null;
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;

static CacheControlHeaderValue? Read(string line)
{
    using var response = new HttpResponseMessage();
    response.Headers.TryAddWithoutValidation("Cache-Control", line);
    var read = response.Headers.CacheControl;
    Console.WriteLine($"{line}: CacheControl is {read?.ToString() ?? "null"}, NoStore is {read?.NoStore.ToString() ?? "unknown"}");
    return read;
}
CS
dotnet run finding.cs
