#!/usr/bin/env bash
# A service provider that has created a ServiceEndpointResolver cannot be disposed synchronously: Dispose throws, because the resolver
# implements IAsyncDisposable only. `using var provider = services.BuildServiceProvider()` in a test or a console app ends with it.
# Microsoft.Extensions.ServiceDiscovery 10.11.0.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
#:package Microsoft.Extensions.ServiceDiscovery@10.11.0
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;

var services = new ServiceCollection();
services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
services.AddServiceDiscovery();
var provider = services.BuildServiceProvider();
await provider.GetRequiredService<ServiceEndpointResolver>().GetEndpointsAsync("https://catalog", CancellationToken.None);
Console.WriteLine($"Microsoft.Extensions.ServiceDiscovery {typeof(ServiceEndpointResolver).Assembly.GetName().Version}");
string seen;
try
{
    provider.Dispose();
    seen = "no exception";
}
catch (InvalidOperationException exception)
{
    seen = exception.Message;
}

Console.WriteLine(seen);
var same = seen.Contains("IAsyncDisposable");
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;
CS
dotnet run finding.cs
