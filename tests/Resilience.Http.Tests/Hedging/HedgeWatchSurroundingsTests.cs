using System.Diagnostics;
using System.Runtime.CompilerServices;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Hedging;

/// <summary>A watch leaves contexts and timers of the call as they are, and no exception unobserved.</summary>
public sealed class HedgeWatchSurroundingsTests
{
    private const string Probe = "thrown by a send of the watch tests";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly VirtualTimeProvider _clock = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_send_that_fails_leaves_no_unobserved_exception(bool isSlow)
    {
        var unobserved = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) =>
            unobserved += e.Exception.ToString().Contains(Probe, StringComparison.Ordinal) ? 1 : 0;
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            FailOne(isSlow);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        Assert.Equal(0, unobserved);
    }

    [Fact]
    public async Task A_hedge_runs_in_the_context_of_the_call_and_leaves_the_timers_alone()
    {
        var ambient = new AsyncLocal<string?>();
        var inside = new SeesAmbient(ambient);
        using var fixture = new HedgingFixture(static server => server.Hang().Then(200), inside: inside);
        using var activity = new Activity("caller").Start();
        ambient.Value = "caller";
        var call = fixture.Http.GetAsync("charges/1");
        ambient.Value = "timer";
        Activity.Current = null;

        fixture.Clock.Advance(HedgingFixture.Delay);

        Assert.Equal(("timer", null), (ambient.Value, Activity.Current));
        Assert.Equal([("caller", activity.TraceId), ("caller", activity.TraceId)], inside.Seen);
        (await call.WaitAsync(Patience)).Dispose();
    }

    [Fact]
    public async Task A_caller_that_suppresses_the_flow_of_its_context_is_hedged_too()
    {
        using var fixture = new HedgingFixture(static server => server.Hang().Then(200));
        Task<HttpResponseMessage> call;
        using (ExecutionContext.SuppressFlow())
        {
            call = fixture.Http.GetAsync("charges/1");
        }

        fixture.Clock.Advance(HedgingFixture.Delay);

        (await call.WaitAsync(Patience)).Dispose();
        Assert.Equal(["won"], fixture.Hedges);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FailOne(bool isSlow)
    {
        using var kept = new KeptRound(_clock);
        var send = new TaskCompletionSource<HttpResponseMessage>();
        var outcome = kept.Begin(send.Task);
        _clock.Advance(isSlow ? KeptRound.Delay : TimeSpan.Zero);
        send.SetException(new HttpRequestException(Probe));
        Assert.True(SpinWait.SpinUntil(() => outcome.IsCompleted, Patience));
        Assert.Equal(Probe, outcome.Exception!.InnerException!.Message);
    }

    private sealed class SeesAmbient(AsyncLocal<string?> ambient) : DelegatingHandler
    {
        public List<(string?, ActivityTraceId?)> Seen { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen.Add((ambient.Value, Activity.Current?.TraceId));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
