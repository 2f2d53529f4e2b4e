using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

public sealed class SeededChanceTests
{
    [Fact]
    public async Task The_same_seed_gives_the_same_waits_and_another_seed_others()
    {
        var first = await DelaysAsync(seed: 7);
        Assert.Equal(first, await DelaysAsync(seed: 7));
        Assert.Equal(first, await DelaysAsync(seed: 7, before: false));
        Assert.NotEqual(first, await DelaysAsync(seed: 8));
        Assert.Equal(3, first.Count);
    }

    [Fact]
    public async Task The_same_seed_gives_breaks_of_the_same_length_and_another_seed_others()
    {
        var first = await BreakAsync(seed: 7);

        Assert.Equal(first, await BreakAsync(seed: 7));
        Assert.NotEqual(first, await BreakAsync(seed: 8));
        Assert.InRange(first!.Value, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5.5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_a_seed_too_a_call_that_waits_ends_when_the_container_is_disposed(bool before)
    {
        var clock = new VirtualTimeProvider();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock);
        services = before ? services.UseSeededChance(seed: 7) : services;
        services
            .AddResilientHttpClient("payments", static options =>
            {
                options.TotalTimeout = TimeSpan.FromHours(2);
                options.RateLimit.Enabled = true;
                options.RateLimit.Permits = options.RateLimit.QueueLimit = 1;
                options.RateLimit.Per = TimeSpan.FromHours(1);
            })
            .ConfigurePrimaryHttpMessageHandler(() => new ScriptedServer(static script => script.Always(200), clock));
        services = before ? services : services.UseSeededChance(seed: 7);
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        using var first = await client.GetAsync("https://payments.internal/");
        var waiting = client.GetAsync("https://payments.internal/");
        await provider.DisposeAsync();

        await Assert.ThrowsAsync<LimitExceededException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static async Task<TimeSpan?> BreakAsync(int seed)
    {
        var clock = new VirtualTimeProvider();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock).UseSeededChance(seed);
        services.AddResilientHttpClient("payments", static o => (o.Retry.Enabled, o.CircuitBreaker.FailureThreshold) = (false, 1));
        var server = services.UseScriptedServer("payments", s => s.Fail(1, 503));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        using var response = await clock.RunAsync(() => client.GetAsync("https://payments.internal/"));

        return server.LastCall.Circuit!.RetryAfter;
    }

    private static async Task<IReadOnlyList<TimeSpan>> DelaysAsync(int seed, bool before = true)
    {
        var clock = new VirtualTimeProvider();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock);
        if (before)
        {
            services.UseSeededChance(seed);
        }

        services.AddResilientHttpClient("payments");
        if (!before)
        {
            services.UseSeededChance(seed);
        }

        var server = services.UseScriptedServer("payments", s => s.Fail(3, 503).Then(200));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        using var response = await clock.RunAsync(() => client.GetAsync("https://payments.internal/"));

        var second = TimeSpan.FromSeconds(1);
        return server.LastCall.ShouldHaveDelaysBetween(
            (TimeSpan.Zero, 0.2 * second), (TimeSpan.Zero, 0.4 * second), (TimeSpan.Zero, 0.8 * second)).Delays;
    }
}
