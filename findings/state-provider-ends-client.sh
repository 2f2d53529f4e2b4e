#!/usr/bin/env bash
# A client with AddStandardResilienceHandler whose options set a CircuitBreakerStateProvider fails every call once its settings have been
# reloaded: the provider accepts one circuit breaker only, so the new pipeline cannot be built, and the old one has lost its limiter.
# Polly's documentation says of a reload that fails: "the cached pipeline remains". The way to show a circuit in a health check thus turns
# the next change of appsettings.json into an outage. Microsoft.Extensions.Http.Resilience 10.11.0.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
#:package Microsoft.Extensions.Http.Resilience@10.11.0
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

Console.WriteLine("Microsoft.Extensions.Http.Resilience 10.11.0; the first call, and one after each of two reloads:");
var seen = "";
foreach (var provider in new[] { null, new Polly.CircuitBreaker.CircuitBreakerStateProvider() })
{
    var (settings, services, calls) = (new ConfigurationManager { ["Api:Retry:MaxRetryAttempts"] = "1" }, new ServiceCollection(), "");
    services.AddHttpClient("").ConfigurePrimaryHttpMessageHandler(() => new Ok())
        .AddStandardResilienceHandler(settings.GetSection("Api")).Configure(o => o.CircuitBreaker.StateProvider = provider);
    var client = services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient();
    for (var i = 1; i <= 3; i++, settings["Api:Retry:MaxRetryAttempts"] = $"{i}", ((IConfigurationRoot)settings).Reload())
        calls += await client.GetAsync("http://api").ContinueWith(t => t.Exception?.InnerException!.GetType().Name ?? "OK") + " ";
    Console.WriteLine($"{(provider is null ? "without" : "with")} a state provider: {calls}");
    seen += calls;
}

var same = seen == "OK OK OK OK ObjectDisposedException ObjectDisposedException ";
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;

class Ok : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token) => new();
}
CS
dotnet run finding.cs
