#!/usr/bin/env bash
# Uri.Host and Uri.AbsoluteUri drop the scope (zone) of an IPv6 address; IdnHost and DnsSafeHost keep it.
# Two link-local hosts on two interfaces therefore have the same Host. If the scope is written as RFC 6874 asks (%25), both keep the
# "%25" as it stands instead of the "%" it encodes. .NET 10, System.Uri (in the shared framework; no package).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
Console.WriteLine($"System.Uri of .NET {Environment.Version}");
var failed = 0;
foreach (var (text, idn) in new[] { ("http://[fe80::1%eth0]:8080/", "fe80::1%eth0"), ("http://[fe80::1%25eth0]:8080/", "fe80::1%25eth0") })
{
    var uri = new Uri(text);
    Console.WriteLine($"{text}: Host {uri.Host}, AbsoluteUri {uri.AbsoluteUri}, DnsSafeHost {uri.DnsSafeHost}, IdnHost {uri.IdnHost}");
    failed += uri.Host == "[fe80::1]" && uri.AbsoluteUri == "http://[fe80::1]:8080/" && uri.IdnHost == idn ? 0 : 1;
}

Console.WriteLine(failed == 0 ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return failed;
CS
dotnet run finding.cs
