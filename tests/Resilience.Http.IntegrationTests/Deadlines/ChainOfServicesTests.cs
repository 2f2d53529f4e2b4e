using System.Diagnostics;
using System.Globalization;

namespace Resilience.Http.IntegrationTests.Deadlines;

/// <summary>
/// A calls B and B calls C, three real services, each with a total timeout of 10 s and retries. C hangs, and the caller of A waits 2 s.
/// None of them passes its cancellation token on, as code that forgets it does.
/// </summary>
public sealed class ChainOfServicesTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task With_deadlines_no_work_starts_after_the_caller_has_given_up()
    {
        // On a machine that is busy with other tests, a request that was sent in time may arrive late, and an attempt may end so late that
        // there is no time for another.
        var (scope, late, begunLate) = ("", TimeSpan.MaxValue, int.MaxValue);
        for (var run = 0; run < 5 && (scope != "incoming" || late > TimeSpan.FromMilliseconds(100) || begunLate > 0); run++)
        {
            (scope, late, begunLate) = await RunWithDeadlinesAsync();
        }

        Assert.Equal("incoming", scope); // B gave up on C by the deadline of A's caller.
        Assert.Equal(0, begunLate);
        Assert.InRange(late, TimeSpan.FromMilliseconds(-50), TimeSpan.FromMilliseconds(100));
    }

    /// <returns>
    /// The limit that ended B's call of C, how much later than the deadline everyone was done, less what a timer of this machine was late,
    /// and the requests that arrived at B and C after the deadline.
    /// </returns>
    private async Task<(string Scope, TimeSpan Late, int BegunLate)> RunWithDeadlinesAsync()
    {
        await using var chain = await ServiceChain.StartAsync(deadlines: true);

        var machine = Stopwatch.StartNew();
        var late = Task.Delay(Deadline).ContinueWith(_ => machine.Elapsed - Deadline, TaskScheduler.Default);
        var status = await chain.CallAsync(Deadline);
        await chain.WhenIdleAsync();
        var elapsed = machine.Elapsed;

        Report("with deadlines", chain, elapsed);
        Assert.Equal(504, status);
        return (
            Assert.Single(chain.Scopes("C")),
            elapsed - await late - Deadline,
            chain.BegunAfter("C", Deadline) + chain.BegunAfter("B", Deadline));
    }

    [Fact]
    public async Task Without_deadlines_the_same_services_go_on()
    {
        await using var chain = await ServiceChain.StartAsync(deadlines: false);

        var call = chain.CallAsync(Deadline);
        await Task.WhenAny(call, Task.Delay(Deadline * 3));

        Report("without", chain, Deadline * 3);
        Assert.False(call.IsCompleted);
        Assert.InRange(chain.BegunAfter("C", Deadline), 2, int.MaxValue);
    }

    private void Report(string run, ServiceChain chain, TimeSpan elapsed) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{run}: after {elapsed.TotalSeconds:0.00} s C had got {chain.Begun("C")} requests, " +
        $"{chain.BegunAfter("C", Deadline)} of them after 2 s"));
}
