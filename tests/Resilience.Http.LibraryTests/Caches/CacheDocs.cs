using System.Net;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;
using ZiggyCreatures.Caching.Fusion;

namespace Resilience.Http.LibraryTests.Caches;

/// <summary>The snippets of docs/fallback.md about caches above the client, compiled and tried with the real caches.</summary>
public sealed class CacheDocs : IAsyncDisposable
{
    private readonly ServiceProvider _app;
    private int _stock = 1;
    private bool _isDown;

    public CacheDocs()
    {
        var services = new ServiceCollection();
        services.AddHybridCache();
        services.AddFusionCache();
        services.AddResilientHttpClient("warehouse", options =>
            {
                options.BaseAddress = new("https://warehouse.internal/");
                options.Retry.Enabled = false;
                options.Fallback.StaleIfError = TimeSpan.FromMinutes(5);
            })
            .ConfigurePrimaryHttpMessageHandler(() => new ScriptedServer(script => script.Then(_ => Answer()).Always()));
        _app = services.BuildServiceProvider();
    }

    private HttpClient Warehouse => _app.GetRequiredService<IHttpClientFactory>().CreateClient("warehouse");

    [Fact]
    public async Task Without_further_code_HybridCache_stores_a_stale_answer_as_if_it_were_fresh()
    {
        var cache = _app.GetRequiredService<HybridCache>();
        Assert.Equal(
            ["1", "1"],
            await InAnOutageAndAfterItAsync(async () => await cache.GetOrCreateAsync(
                "stock", async cancellationToken => await Warehouse.GetStringAsync("stock", cancellationToken))));
    }

    [Fact]
    public async Task HybridCache_forgets_a_stale_answer()
    {
        var cache = _app.GetRequiredService<HybridCache>();
        Assert.Equal(["1", "2"], await InAnOutageAndAfterItAsync(() => ReadStockAsync(cache, Warehouse, CancellationToken.None)));
    }

    [Fact]
    public async Task FusionCache_does_not_store_a_stale_answer()
    {
        var cache = _app.GetRequiredService<IFusionCache>();
        Assert.Equal(["1", "2"], await InAnOutageAndAfterItAsync(() => ReadStockAsync(cache, Warehouse, CancellationToken.None)));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    #region hybridcache
    private static async Task<string> ReadStockAsync(HybridCache cache, HttpClient warehouse, CancellationToken cancellationToken)
    {
        var isFallback = false;
        var stock = await cache.GetOrCreateAsync("stock", async token =>
        {
            using var response = await warehouse.GetAsync("stock", token);
            isFallback = response.IsFallback();
            return await response.Content.ReadAsStringAsync(token);
        }, cancellationToken: cancellationToken);

        if (isFallback)
        {
            await cache.RemoveAsync("stock", cancellationToken);
        }

        return stock;
    }
    #endregion

    #region fusioncache
    private static async Task<string> ReadStockAsync(IFusionCache cache, HttpClient warehouse, CancellationToken cancellationToken) =>
        await cache.GetOrSetAsync<string>("stock", async (context, token) =>
        {
            using var response = await warehouse.GetAsync("stock", token);
            if (response.IsFallback())
            {
                context.Options.SetSkipMemoryCacheWrite().SetSkipDistributedCacheWrite(skip: true, skipBackplaneNotifications: true);
            }

            return await response.Content.ReadAsStringAsync(token);
        }, token: cancellationToken);
    #endregion

    private async Task<string[]> InAnOutageAndAfterItAsync(Func<Task<string>> readAsync)
    {
        await Warehouse.GetStringAsync("stock", CancellationToken.None); // The client has an answer to fall back on.
        _isDown = true;
        var during = await readAsync();
        (_isDown, _stock) = (false, 2);
        return [during, await readAsync()];
    }

    private HttpResponseMessage Answer() =>
        _isDown ? new(HttpStatusCode.ServiceUnavailable) : new() { Content = new StringContent($"{_stock}") };
}
