using System.Net;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.ConcurrencyLimit;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Hedging;

/// <summary>Two sends of one call end on two threads: one after the other, the other way round, and at the same moment.</summary>
public sealed class SimultaneousEndTests
{
    private const int Rounds = 200;

    [Theory]
    [InlineData(200, 200)]
    [InlineData(200, 500)]
    [InlineData(500, 200)]
    [InlineData(409, 200)]
    [InlineData(500, 503)]
    public void Two_sends_that_end_at_once_have_one_winner_and_give_all_back_once(int first, int hedge) =>
        Race.Run(
            Rounds,
            () => new TwoSends((HttpStatusCode)first, (HttpStatusCode)hedge),
            static call => call.Check(),
            static call => call.EndFirst(),
            static call => call.EndHedge());

    [Fact]
    public void A_success_that_ends_while_the_caller_cancels_is_returned_or_disposed() =>
        Race.Run(
            Rounds,
            static () => new TwoSends(HttpStatusCode.OK, HttpStatusCode.OK),
            static call => call.CheckCanceled(),
            static call => call.EndHedge(),
            static call => call.Cancel());

    /// <summary>A call whose first send and whose hedge are in flight; the test decides when each of them ends.</summary>
    private sealed class TwoSends : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
        private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);
        private static readonly Uri Address = new("https://payments.internal/");

        private readonly HeldAnswer _first;
        private readonly HeldAnswer _hedge;
        private readonly CancellationTokenSource _caller = new();
        private readonly ChainClient _client;
        private readonly Task<HttpResponseMessage> _call;

        public TwoSends(HttpStatusCode first, HttpStatusCode hedge)
        {
            (_first, _hedge) = (new(first, new()), new(hedge, new()));
            var clock = new VirtualTimeProvider();
            _client = new ChainClient(
                new ScriptedServer(script => script.Then((_, _) => _first.Task).Then((_, _) => _hedge.Task), clock), Configure, clock);
            _call = _client.Http.GetAsync("charges/1", HttpCompletionOption.ResponseHeadersRead, _caller.Token);
            clock.Advance(Delay);
        }

        private HeldAnswer[] Answers => [_first, _hedge];

        public void EndFirst() => _first.End();

        public void EndHedge() => _hedge.End();

        public void Cancel() => _caller.Cancel();

        public void Check()
        {
            Assert.True(_call.Wait(Patience));
            using var response = _call.Result;
            var winner = Assert.Single(Answers, answer => answer.IsIn(response));
            var loser = Assert.Single(Answers, answer => answer != winner);
            Assert.True(loser.Disposed.Wait(Patience));
            Assert.Equal(0, winner.Disposals);
            Assert.Equal(1, loser.Disposals);
            if (Answers.Any(static answer => answer.Succeeds))
            {
                Assert.True(winner.Succeeds);
            }

            // A loser that had not ended gets no verdict. One that ended before the success came has one.
            AssertGivenBack(winner.Succeeds ? 1 : 2, loser.Succeeds ? 1 : 2);
        }

        public void CheckCanceled()
        {
            _first.End();
            if (Record.Exception(() => _call.Wait(Patience)) is not null)
            {
                Assert.True(_call.IsCanceled);
                Assert.True(_hedge.Disposed.Wait(Patience));
            }
            else
            {
                Assert.True(_hedge.IsIn(_call.Result) || _first.IsIn(_call.Result));
                _call.Result.Dispose();
            }

            Assert.True(_first.Disposed.Wait(Patience));
            AssertGivenBack(0, 1);
        }

        public void Dispose()
        {
            _caller.Dispose();
            _client.Dispose();
        }

        private static void Configure(ResilientHttpClientOptions options)
        {
            options.Hedging.Enabled = true;
            options.Hedging.Delay = Delay;
            options.Retry.MaxRetries = 0;
            options.CircuitBreaker.FailureThreshold = 100;
            options.CircuitBreaker.MinimumThroughput = 100;
            options.ConcurrencyLimit.Enabled = true;
            options.ConcurrencyLimit.Limit = 10;
        }

        /// <summary>A response is disposed after its permits are given back, so nothing is under way any more.</summary>
        private void AssertGivenBack(int fewestVerdicts, int mostVerdicts)
        {
            Assert.Equal(0, ServiceLimiters.GetOrCreate(_client.Service).GetOrAdd(Address).Permits.InFlight);
            Assert.Equal(0, ServiceCircuits.GetOrCreate(_client.Service).CountInFlight().Sum(static row => row.InFlight));
            var circuit = CircuitRegistry.GetOrCreate(_client.Service.Host).Find("payments", "https://payments.internal")!;
            Assert.InRange(circuit.Throughput, fewestVerdicts, mostVerdicts);
            Dispose();
        }
    }

    private sealed class HeldAnswer(HttpStatusCode status, CountedContent content)
    {
        private readonly TaskCompletionSource<HttpResponseMessage> _answer = new();

        public Task<HttpResponseMessage> Task => _answer.Task;

        public Task Disposed => content.Disposed;

        public int Disposals => content.Disposals;

        public bool Succeeds => status == HttpStatusCode.OK;

        public bool IsIn(HttpResponseMessage response) => ReferenceEquals(response.Content, content);

        /// <summary>What awaits the answer goes on here, on the thread that gives it.</summary>
        public void End() => _answer.SetResult(new(status) { Content = content });
    }

    private sealed class CountedContent() : ByteArrayContent([1])
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _disposals;

        public Task Disposed => _disposed.Task;

        public int Disposals => Volatile.Read(ref _disposals);

        protected override void Dispose(bool disposing)
        {
            Interlocked.Increment(ref _disposals);
            _disposed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
