using Resilience.Http.Testing;
using static Resilience.Http.Tests.Fallback.StaleFixture;

namespace Resilience.Http.Tests.Fallback;

/// <summary>The limits of what is kept: MaxStaleBody and MaxStaleEntries.</summary>
public sealed class StaleStoreLimitTests
{
    private readonly StaleFixture _fixture = new();

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public async Task A_body_longer_than_MaxStaleBody_is_not_kept(int length, bool kept)
    {
        using var client = _fixture.Client(options => options.MaxStaleBody = 8, null, Good(new string('x', length)), Bad());
        Assert.Equal(length, (await _fixture.ReadAsync(client, "")).Length);

        using var response = await _fixture.SendAsync(client, "");

        Assert.Equal(kept, response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task At_most_MaxStaleEntries_are_kept()
    {
        using var client = _fixture.Client(options => options.MaxStaleEntries = 2, null, Good("one"), Good("two"), Good("three"), Bad());
        foreach (var path in new[] { "1", "2", "3" })
        {
            await _fixture.ReadAsync(client, path);
        }

        var served = 0;
        foreach (var path in new[] { "1", "2", "3" })
        {
            using var response = await _fixture.SendAsync(client, path);
            served += response.IsSuccessStatusCode ? 1 : 0;
        }

        Assert.InRange(served, 1, 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(19)] // 5 % of fewer than 20, which is what a cache makes room for by itself, is nothing.
    [InlineData(20)]
    public async Task A_full_store_makes_room_for_the_newest(int max)
    {
        var down = false;
        var server = new ScriptedServer(script => script.Then(request => (down ? Bad() : Good("one"))(request)).Always(), _fixture.Clock);
        using var client = _fixture.Client(server, options => options.MaxStaleEntries = max);
        for (var i = 0; i < max; i++)
        {
            await _fixture.ReadAsync(client, $"{i}");
        }

        var kept = false;
        for (var attempts = 0; !kept && attempts < 1_000; attempts++)
        {
            down = false;
            await _fixture.ReadAsync(client, "newest", request => request.NoRetry());
            await Task.Run(static () => { }, CancellationToken.None); // The cache makes room on the pool.
            down = true;
            using var response = await _fixture.SendAsync(client, "newest", request => request.NoRetry());
            kept = response.IsSuccessStatusCode;
        }

        Assert.True(kept);
    }
}
