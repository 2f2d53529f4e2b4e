using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.IntegrationTests.Support;

namespace Resilience.Http.IntegrationTests.Fallback;

/// <summary>The cookies of a real primary handler, which nobody sees on the request, never let an answer cross users.</summary>
public sealed class StaleCookieTests : IAsyncLifetime
{
    private SwitchedService _service = null!;

    public async ValueTask InitializeAsync() => _service = await SwitchedService.StartAsync(static async context =>
    {
        if (context.Request.Path.StartsWithSegments("/login", out var user))
        {
            context.Response.Cookies.Append("session", user.Value!.Trim('/'));
        }
        else if (context.Request.Path == "/redirected")
        {
            context.Response.Redirect("/account");
        }
        else
        {
            await context.Response.WriteAsync($"for {context.Request.Cookies["session"] ?? "everybody"}");
        }
    });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_default_client_keeps_answers_until_a_cookie_is_at_work(bool clientHandler)
    {
        await using var provider = Provider(clientHandler ? static () => new HttpClientHandler() : null);

        Assert.Equal("for everybody", await ReadAsync(provider, "account"));
        Assert.Equal("for everybody", await StaleAsync(provider, "account"));
        await ReadAsync(provider, "login/alice");
        Assert.Equal("for alice", await ReadAsync(provider, "account"));

        Assert.Null(await StaleAsync(provider, "account"));
    }

    [Fact]
    public async Task An_answer_that_a_cookie_chose_reaches_no_other_user_after_the_cookie_has_gone()
    {
        var cookies = new CookieContainer();
        await using var provider = Provider(() => new SocketsHttpHandler { CookieContainer = cookies });
        await ReadAsync(provider, "login/alice");
        Assert.Equal("for alice", await ReadAsync(provider, "account"));

        foreach (Cookie cookie in cookies.GetAllCookies())
        {
            cookie.Expired = true;
        }

        Assert.Null(await StaleAsync(provider, "account"));
    }

    [Fact]
    public async Task A_cookie_that_only_the_target_of_a_redirect_gets_is_seen()
    {
        var cookies = new CookieContainer();
        await using var provider = Provider(() => new SocketsHttpHandler { CookieContainer = cookies });
        cookies.Add(new Uri($"{_service.Address}/account"), new Cookie("session", "alice", "/account"));
        Assert.Equal("for alice", await ReadAsync(provider, "redirected"));

        Assert.Null(await StaleAsync(provider, "redirected"));
    }

    [Fact]
    public async Task Without_cookies_of_its_own_the_callers_cookie_is_part_of_the_key()
    {
        await using var provider = Provider(static () => new SocketsHttpHandler { UseCookies = false });
        Assert.Equal("for alice", await ReadAsync(provider, "account", "session=alice"));

        Assert.Null(await StaleAsync(provider, "account", "session=bob"));
        Assert.Equal("for alice", await StaleAsync(provider, "account", "session=alice"));
    }

    [Fact]
    public async Task A_cookie_that_another_user_of_the_handler_was_given_counts_too()
    {
        await using var first = Provider(null);
        await ReadAsync(first, "account");
        var factory = first.GetRequiredService<IHttpMessageHandlerFactory>();
        using var other = new HttpClient(factory.CreateHandler("things"), disposeHandler: false)
        {
            BaseAddress = new Uri(_service.Address)
        };
        (await other.GetAsync("login/bob", CancellationToken.None)).Dispose();

        Assert.Null(await StaleAsync(first, "account")); // The factory shares the handler, and with it the cookie.
    }

    private static ServiceProvider Provider(Func<HttpMessageHandler>? primary)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        var client = services.AddResilientHttpClient("things");
        services.Configure<ResilientHttpClientOptions>("things", static options =>
        {
            options.Retry.Enabled = false;
            options.CircuitBreaker.Enabled = false;
            options.Fallback.StaleIfError = TimeSpan.FromMinutes(5);
        });
        if (primary is not null)
        {
            client.ConfigurePrimaryHttpMessageHandler(primary);
        }

        return services.BuildServiceProvider();
    }

    private async Task<string> ReadAsync(ServiceProvider provider, string path, string? cookie = null)
    {
        using var response = await SendAsync(provider, path, cookie);
        return await response.Content.ReadAsStringAsync(CancellationToken.None);
    }

    private async Task<string?> StaleAsync(ServiceProvider provider, string path, string? cookie = null)
    {
        _service.IsDown = true;
        using var response = await SendAsync(provider, path, cookie);
        _service.IsDown = false;
        return response.IsFallback() ? await response.Content.ReadAsStringAsync(CancellationToken.None) : null;
    }

    private async Task<HttpResponseMessage> SendAsync(ServiceProvider provider, string path, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_service.Address}/{path}");
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return await provider.GetRequiredService<IHttpClientFactory>().CreateClient("things").SendAsync(request, CancellationToken.None);
    }
}
