using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Retry;
using Resilience.Http.Testing;
using Resilience.Http.Tests.House;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Retry;

/// <summary>The snippets of docs/retry.md, compiled and tried.</summary>
public sealed class RetryDocs
{
    [Fact]
    public async Task The_settings_of_the_page_are_valid_and_reach_the_client()
    {
        using var app = TestApp.With(
            configuration => configuration.AddJsonFile(Checkout.PathOf("tests/Resilience.Http.Tests/Retry/retry.appsettings.json")),
            services => services.AddResilientHttpClient("payments"));
        await app.StartAsync();

        var retry = app.InForce("payments").Retry;
        Assert.Equal(
            (2, 100, 5000, 0.1),
            (retry.MaxRetries, retry.BaseDelay.TotalMilliseconds, retry.MaxDelay.TotalMilliseconds, retry.Budget.Ratio));
    }

    [Fact]
    public async Task The_requests_of_the_page_are_repeated_as_it_says()
    {
        const string orderId = "order-17";
        using var world = new RetryFixture(script => script.Fail(1, 503).Then(200).Fail(1, 503).Then(200).Always(503));

        #region safe
        // The best way, if the server supports it: it recognizes a repeated request by its key and does the work once.
        var charge = new HttpRequestMessage(HttpMethod.Post, "charges") { Content = JsonContent.Create(new { amount = 42 }) };
        charge.Headers.Add("Idempotency-Key", orderId);

        // You know that this request can safely be sent twice: a search sent as POST.
        var search = new HttpRequestMessage(HttpMethod.Post, "search")
        {
            Content = JsonContent.Create(new { text = "boots" })
        }.AllowRetry();

        // The opposite: never repeat this request, whatever its method.
        var pop = new HttpRequestMessage(HttpMethod.Delete, "queue/head").NoRetry();
        #endregion

        foreach (var request in new[] { charge, search, pop })
        {
            using var response = await world.SendAsync(request);
        }

        Assert.Equal(
            ["/charges", "/charges", "/search", "/search", "/queue/head"],
            world.Server.Requests.Select(request => request.Uri!.AbsolutePath));
        Assert.Equal([orderId, orderId], world.Server.Requests.Take(2).Select(request => request.Headers["Idempotency-Key"]));
    }

    [Fact]
    public async Task The_ClassifyOutcome_of_the_page_decides_what_is_repeated()
    {
        var clock = new VirtualTimeProvider();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock);

        #region judge
        services.AddResilientHttpClient("search", options =>
            options.ClassifyOutcome = outcome =>
                outcome.Response?.StatusCode == HttpStatusCode.NotFound && outcome.Request.Method == HttpMethod.Get
                    ? AttemptVerdict.Transient // the index of this service lags behind
                    : null);
        #endregion

        services.UseScriptedServer("search", script => script.Fail(1, 404).Then(200));
        await using var provider = services.BuildServiceProvider();
        var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient("search");

        using var response = await clock.RunAsync(() => http.GetAsync("https://search.internal/new", CancellationToken.None));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Attempts_and_waits_add_up_as_documented()
    {
        using var world = new RetryFixture(script => script.Hang().Always(), options =>
        {
            options.Retry.MaxRetries = 2;
            options.AttemptTimeout = TimeSpan.FromSeconds(1);
            options.TotalTimeout = TimeSpan.FromSeconds(3);
        });

        var timeout = await Assert.ThrowsAsync<RequestTimedOutException>(() => world.GetAsync());

        Assert.Equal((TimeoutScope.Total, TimeSpan.FromSeconds(3)), (timeout.Scope, world.Clock.Elapsed));
        Assert.Equal([0, 1200, 2600], world.AttemptsAt);
    }

    [Fact]
    public void The_page_names_every_reason()
    {
        var page = File.ReadAllText(Checkout.PathOf("docs/retry.md"));

        Assert.All(Enum.GetValues<RetryStopReason>(), reason => Assert.Contains($"| `{reason.Text()}` |", page, StringComparison.Ordinal));
    }
}
