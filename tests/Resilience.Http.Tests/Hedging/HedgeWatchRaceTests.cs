using System.Net;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Hedging;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Hedging;

/// <summary>
/// The end of a send, the tick that makes it slow and its caller's cancellation come on two threads: one after the other, the other way
/// round, and at the same moment.
/// </summary>
public sealed class HedgeWatchRaceTests
{
    private const int Rounds = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_send_that_ends_while_a_tick_comes_is_the_outcome() => Race.Run(
        Rounds,
        static () => new ReusedWatch(),
        static sends => sends.Check(),
        static sends => sends.EndFirst(),
        static sends => sends.Tick());

    [Fact]
    public void A_late_tick_while_the_next_send_begins_and_ends_changes_no_outcome() => Race.Run(
        Rounds,
        static () => new ReusedWatch(),
        static sends => sends.Check(),
        static sends =>
        {
            sends.EndFirst();
            sends.EndSecond();
        },
        static sends => sends.Tick());

    [Fact]
    public void A_call_whose_send_ends_when_its_hedge_is_due_has_one_response() => Race.Run(
        Rounds,
        static () => new OneCall(),
        static call => call.Check(mayBeCanceled: false),
        static call => call.EndFirst(),
        static call => call.PassDelay());

    [Fact]
    public void A_call_that_is_canceled_when_its_hedge_is_due_leaks_nothing() => Race.Run(
        Rounds,
        static () => new OneCall(),
        static call => call.Check(mayBeCanceled: true),
        static call => call.Cancel(),
        static call => call.PassDelay());

    /// <summary>Two sends with one round. The second is begun by what awaits the first.</summary>
    private sealed class ReusedWatch : IDisposable
    {
        private readonly TaskCompletionSource<HttpResponseMessage> _first = new();
        private readonly TaskCompletionSource<HttpResponseMessage> _second = new();
        private readonly HttpResponseMessage _firstResponse = new();
        private readonly HttpResponseMessage _secondResponse = new();
        private readonly KeptRound _kept = new(new VirtualTimeProvider());
        private readonly HedgeWatch _watch;
        private readonly Task<HttpResponseMessage> _firstOutcome;
        private readonly Task<Task<HttpResponseMessage>> _secondOutcome;

        public ReusedWatch()
        {
            _watch = _kept.Watch;
            _firstOutcome = _kept.Begin(_first.Task);
            _secondOutcome = _firstOutcome.ContinueWith(
                _ =>
                {
                    _kept.End();
                    return _kept.Begin(_second.Task);
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        public void EndFirst() => _first.SetResult(_firstResponse);

        public void EndSecond() => _second.SetResult(_secondResponse);

        public void Tick() => _watch.OnDue();

        public void Check()
        {
            Assert.True(_firstOutcome.Wait(Patience));
            Assert.Same(_firstResponse, _firstOutcome.Result);
            Assert.True(_secondOutcome.Wait(Patience));
            _second.TrySetResult(_secondResponse);
            Assert.True(_secondOutcome.Result.Wait(Patience));
            Assert.Same(_secondResponse, _secondOutcome.Result.Result);
            Dispose();
        }

        public void Dispose()
        {
            _firstResponse.Dispose();
            _secondResponse.Dispose();
            _kept.Dispose();
        }
    }

    /// <summary>A call through the whole chain. Its hedge is answered at once.</summary>
    private sealed class OneCall : IDisposable
    {
        private readonly TaskCompletionSource<HttpResponseMessage> _first = new();
        private readonly CancellationTokenSource _caller = new();
        private readonly VirtualTimeProvider _clock = new();
        private readonly ChainClient _client;
        private readonly Task<HttpResponseMessage> _call;

        public OneCall()
        {
            _client = new ChainClient(
                new ScriptedServer(
                    script => script.Then((_, token) => _first.Task.WaitAsync(token)).Then(200), _clock),
                static options =>
                {
                    options.Hedging.Enabled = true;
                    options.Hedging.Delay = KeptRound.Delay;
                },
                _clock);
            _call = _client.Http.GetAsync("charges/1", _caller.Token);
        }

        public void EndFirst() => _first.SetResult(new(HttpStatusCode.OK));

        public void PassDelay() => _clock.Advance(KeptRound.Delay);

        public void Cancel() => _caller.Cancel();

        public void Check(bool mayBeCanceled)
        {
            if (Record.Exception(() => _call.Wait(Patience)) is null)
            {
                Assert.Equal(HttpStatusCode.OK, _call.Result.StatusCode);
                _call.Result.Dispose();
            }
            else
            {
                Assert.True(mayBeCanceled && _call.IsCanceled);
            }

            var circuits = ServiceCircuits.GetOrCreate(_client.Service);
            Assert.True(SpinWait.SpinUntil(() => circuits.CountInFlight().Sum(static row => row.InFlight) == 0, Patience));
            Dispose();
        }

        public void Dispose()
        {
            _caller.Dispose();
            _client.Dispose();
        }
    }
}
