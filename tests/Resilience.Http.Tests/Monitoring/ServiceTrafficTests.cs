using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Monitoring;

/// <summary>The counters of one service.</summary>
public sealed class ServiceTrafficTests
{
    private static readonly Judgement Success = new(AttemptVerdict.Success);

    private readonly SettableClock _clock = new();

    [Theory]
    [InlineData(100)]
    [InlineData(3_579_545)]
    [InlineData(10_000_000)]
    [InlineData(1_000_000_000)]
    [InlineData(1L << 40)]
    public void A_duration_is_right_whatever_the_frequency_of_the_clock(long frequency)
    {
        _clock.Frequency = frequency;
        using var call = new CountedCall(_clock);

        _clock.Now += 3 * frequency / 2;
        call.Count(Success);

        Assert.InRange(call.Duration.TotalSeconds, 1.5 * 0.87, 1.5 * 1.13);
    }

    [Fact]
    public void A_clock_that_went_back_makes_the_shortest_duration()
    {
        using var call = new CountedCall(_clock);

        _clock.Now -= 5 * _clock.Frequency;
        call.Count(Success);

        Assert.InRange(call.Duration.TotalMilliseconds, 0, 0.512);
    }

    [Fact]
    public void A_first_attempt_that_ended_at_once_took_no_time_and_reads_no_clock()
    {
        using var call = new CountedCall(_clock);
        call.Context.Attempt.CompletedSynchronously = true;
        var readings = _clock.Readings;

        _clock.Now += 5 * _clock.Frequency;
        call.Count(Success);

        Assert.InRange(call.Duration.TotalMilliseconds, 0, 0.512);
        Assert.Equal(readings, _clock.Readings);
    }

    [Fact]
    public void The_duration_of_a_repeated_call_includes_its_earlier_attempts()
    {
        using var call = new CountedCall(_clock);
        _clock.Now += 2 * _clock.Frequency;
        _ = call.Context.Attempt.EndedAt;
        call.BeginAttempt();
        call.Context.Attempt.CompletedSynchronously = true;

        call.Count(Success);

        Assert.InRange(call.Duration.TotalSeconds, 2 * 0.87, 2 * 1.13);
    }

    [Fact]
    public void No_count_is_lost_when_threads_count_at_the_same_time()
    {
        const int Threads = 4;
        const int Times = 50_000;
        var traffic = new ServiceTraffic(TimeProvider.System);
        using var start = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            using var call = new CountedCall(TimeProvider.System, traffic);
            start.SignalAndWait();
            for (var i = 0; i < Times; i++)
            {
                call.Count(number % 2 == 0 ? Success : new(AttemptVerdict.Retryable));
                traffic.Count(TrafficEvent.Hedged);
            }
        })).ToList();

        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());

        var buckets = new uint[LatencyBuckets.Count];
        Assert.Equal(2u * Times, traffic.AddSucceeded(buckets));
        Assert.Equal(2u * Times, traffic.AddFailed(buckets));
        Assert.Equal(4u * Times, traffic.Total(TrafficEvent.Hedged));
        Assert.Equal(8u * Times, traffic.Steps);
    }

    /// <summary>A call, from its first attempt on, and the counters that it ends in.</summary>
    private sealed class CountedCall : IDisposable
    {
        private readonly HttpRequestMessage _request = new(HttpMethod.Get, "http://payments.test/");
        private readonly ServiceTraffic _traffic;

        public CountedCall(TimeProvider clock, ServiceTraffic? traffic = null)
        {
            var service = new ServiceState("payments", new ResilienceRuntime(clock), new ResilientHttpClientOptions());
            _traffic = traffic ?? service.CountTraffic();
            Context = CallContext.Rent(service, service.Options, _request, CancellationToken.None);
            BeginAttempt();
        }

        public CallContext Context { get; }

        /// <summary>Of the one call that was counted.</summary>
        public TimeSpan Duration
        {
            get
            {
                var buckets = new uint[LatencyBuckets.Count];
                Assert.Equal(1u, _traffic.AddSucceeded(buckets));
                return LatencyBuckets.Percentile(buckets, 0.5)!.Value;
            }
        }

        public void BeginAttempt() => Context.BeginAttempt(_request);

        public void Count(Judgement judgement) => _traffic.Ended(Context, judgement, canceled: false);

        public void Dispose()
        {
            Context.Return();
            _request.Dispose();
        }
    }

    private sealed class SettableClock : TimeProvider
    {
        public long Frequency { get; set; } = 1_000;

        public long Now { get; set; } = 1_000_000;

        public int Readings { get; private set; }

        public override long TimestampFrequency => Frequency;

        public override long GetTimestamp()
        {
            Readings++;
            return Now;
        }
    }
}
