using Resilience.Http.IntegrationTests.Retry;
using Resilience.Http.IntegrationTests.Timeouts;

namespace Resilience.Http.IntegrationTests.Hedging;

/// <summary>A client in a process of its own, whose thread pool is blocked while a hedge falls due.</summary>
public sealed class StarvedPoolTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_hedge_that_falls_due_while_the_pool_is_starved_is_not_sent()
    {
        var sends = 0;
        var suppressed = new TaskCompletionSource();
        await using var server = await RealServer.StartAsync(async context =>
        {
            Interlocked.Increment(ref sends);
            await suppressed.Task.WaitAsync(Patience, context.RequestAborted);
        });
        using var process = new ClientProcess("starved-hedges", server.Address.AbsoluteUri, "starved");

        Assert.Equal("suppressed process_behind", await process.LineAsync("suppressed"));
        suppressed.SetResult();

        Assert.Equal("answered 200", await process.LineAsync("answered"));
        Assert.Equal(1, Volatile.Read(ref sends));
    }

    [Fact]
    public async Task The_same_call_is_hedged_if_the_pool_is_free()
    {
        var sends = 0;
        var hedged = new TaskCompletionSource();
        await using var server = await RealServer.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref sends) == 2)
            {
                hedged.SetResult();
            }

            await hedged.Task.WaitAsync(Patience, context.RequestAborted);
        });
        using var process = new ClientProcess("starved-hedges", server.Address.AbsoluteUri, "free");

        Assert.Equal("answered 200", await process.LineAsync("answered"));
        Assert.Equal(2, Volatile.Read(ref sends));
    }
}
