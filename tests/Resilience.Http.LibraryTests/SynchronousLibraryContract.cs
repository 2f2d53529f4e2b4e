using Resilience.Http.LibraryTests.Support;

namespace Resilience.Http.LibraryTests;

/// <summary>What holds besides for a library that has synchronous calls.</summary>
public abstract class SynchronousLibraryContract : LibraryContract
{
    /// <summary>The call of <see cref="LibraryContract.CallAsync"/> without async, and without retries of the library.</summary>
    private protected abstract void Call(Bench bench);

    [Fact]
    public async Task A_synchronous_call_sends_the_same_bytes_in_every_attempt()
    {
        await using var bench = await StartAsync(Answers.FailingFirst(2, Answer), RepeatsAtOnce);

        await Task.Factory.StartNew(
            () => Call(bench), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Assert.Equal(3, bench.Server.Arrivals.Count);
        Assert.All(bench.Server.Arrivals, arrival => Assert.Equal(bench.Server.Arrivals[0].Body, arrival.Body));
    }
}
