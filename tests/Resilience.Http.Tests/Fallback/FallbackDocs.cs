using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fallback;

/// <summary>The snippets of docs/fallback.md, compiled and tried.</summary>
public sealed class FallbackDocs
{
    [Fact]
    public async Task The_delegate_of_the_page_queues_a_charge()
    {
        var clock = new VirtualTimeProvider();
        var queue = new Queue<string>();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock);

        #region delegate
        services.AddResilientHttpClient<PaymentsClient>("payments")
            .AddFallback(async (failed, cancellationToken) =>
            {
                if (failed.Request.Method != HttpMethod.Post || failed.Request.Content is not { } charge)
                {
                    return null; // The caller gets the original outcome.
                }

                queue.Enqueue(await charge.ReadAsStringAsync(cancellationToken));
                return new HttpResponseMessage(HttpStatusCode.Accepted) { Content = JsonContent.Create(new { status = "queued" }) };
            });
        #endregion

        services.UseScriptedServer("payments", script => script.Always(503));
        await using var provider = services.BuildServiceProvider();
        var payments = provider.GetRequiredService<PaymentsClient>();

        using var response = await clock.RunAsync(
            () => payments.Http.PostAsync("https://payments.internal/charges", new StringContent("42"), CancellationToken.None));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("42", Assert.Single(queue));
    }

    [Fact]
    public async Task AddFallback_applies_to_every_call_even_after_others_were_answered()
    {
        var clock = new VirtualTimeProvider();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock);
        services.AddResilientHttpClient("payments").AddFallback(static (_, _) => new(new HttpResponseMessage(HttpStatusCode.Accepted)));
        services.UseScriptedServer("payments", script => script.Always(503));
        await using var provider = services.BuildServiceProvider();
        var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        for (var i = 0; i < 10; i++)
        {
            using var response = await clock.RunAsync(() => http.GetAsync("https://payments.internal/", CancellationToken.None));
            Assert.Equal("delegate", Assert.Single(response.Headers.GetValues("Resilience-Fallback")));
        }
    }

    private sealed class PaymentsClient(HttpClient http)
    {
        public HttpClient Http { get; } = http;
    }
}
