using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Resilience.Http.Testing;
using Resilience.Http.Tests.CircuitBreaker;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>
/// Whatever the server does, and whatever is set, the call through the whole chain ends by its deadline, as long as what lies inside keeps
/// to its token.
/// </summary>
public sealed class DeadlineProperty
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(1);

    private static Gen<Step> Steps =>
        from kind in Gen.Elements(Enum.GetValues<StepKind>())
        from delay in Milliseconds(0, 3_000)
        from retryAfter in Gen.Choose(0, 4)
        select new Step(kind, delay, retryAfter);

    private static Gen<Schedule> Schedules =>
        from total in Milliseconds(1, 5_000)
        from attempt in Gen.OneOf(Milliseconds(1, 5_000), Gen.Constant(Timeout.InfiniteTimeSpan))
        from ownTotal in Gen.OneOf(Milliseconds(1, 5_000).Select(time => (TimeSpan?)time), Gen.Constant<TimeSpan?>(null))
        from retries in Gen.Choose(0, 5)
        from baseDelay in Milliseconds(0, 500)
        from blocking in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
        from steps in Gen.ListOf(Steps, 6)
        select new Schedule(total, attempt, ownTotal, retries, baseDelay, blocking, [.. steps]);

    [Fact]
    public void A_call_ends_no_later_than_its_total_timeout_and_reports_it_no_earlier() =>
        RandomCases.Check(Schedules, EndsInTime, times: 1_000);

    private static void EndsInTime(Schedule schedule)
    {
        var clock = new VirtualTimeProvider();
        using var server = new ScriptedServer(schedule.Write, clock);
        using var client = new ChainClient(
            server,
            options =>
            {
                options.TotalTimeout = schedule.Total;
                options.AttemptTimeout = schedule.Attempt;
                options.Retry.MaxRetries = schedule.Retries;
                options.Retry.BaseDelay = schedule.BaseDelay;
                options.CircuitBreaker.FailureThreshold = 4;
            },
            clock);
        using var request = TimeoutWorld.Get();
        if (schedule.OwnTotal is { } own)
        {
            request.WithTotalTimeout(own);
        }

        var exception = Record.Exception(() => schedule.Blocking
            ? clock.Run(() => client.Http.Send(request, HttpCompletionOption.ResponseHeadersRead))
            : clock.RunAsync(() => client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)).GetAwaiter().GetResult());

        var total = schedule.OwnTotal ?? schedule.Total;
        Assert.True(clock.Elapsed <= total + Tolerance, $"ended after {clock.Elapsed}, not by {total}");
        switch (exception)
        {
            case RequestTimedOutException { Scope: TimeoutScope.Total } timedOut:
                Assert.Equal(total, timedOut.Timeout);
                Assert.True(clock.Elapsed >= total, $"told of {total} after {clock.Elapsed}");
                break;
            case RequestTimedOutException timedOut:
                Assert.Equal(TimeoutScope.Attempt, timedOut.Scope);
                Assert.Equal(schedule.Attempt, timedOut.Timeout);
                Assert.True(clock.Elapsed >= schedule.Attempt, $"told of {schedule.Attempt} after {clock.Elapsed}");
                break;
            default:
                Assert.True(exception is null or HttpRequestException, $"ended with {exception}");
                break;
        }
    }

    private static Gen<TimeSpan> Milliseconds(int least, int most) =>
        Gen.Choose(least, most).Select(count => TimeSpan.FromMilliseconds(count));

    private enum StepKind
    {
        Ok,
        Unavailable,
        TooMany,
        NotFound,
        Reset,
        Hang,
    }

    private sealed record Step(StepKind Kind, TimeSpan Delay, int RetryAfter);

    private sealed record Schedule(
        TimeSpan Total, TimeSpan Attempt, TimeSpan? OwnTotal, int Retries, TimeSpan BaseDelay, bool Blocking, Step[] Steps)
    {
        public void Write(ServerScript script)
        {
            foreach (var step in Steps)
            {
                _ = step.Kind switch
                {
                    StepKind.Ok => script.Slow(step.Delay),
                    StepKind.Unavailable => script.Slow(step.Delay, HttpStatusCode.ServiceUnavailable),
                    StepKind.NotFound => script.Slow(step.Delay, HttpStatusCode.NotFound),
                    StepKind.TooMany => script.Fail(1, 429, TimeSpan.FromSeconds(step.RetryAfter)),
                    StepKind.Reset => script.Reset(),
                    _ => script.Hang(),
                };
            }
        }

        public override string ToString() =>
            $"total {Total} (own {OwnTotal}), attempt {Attempt}, {Retries} retries, base {BaseDelay}, " +
            $"{(Blocking ? "blocking" : "asynchronous")}: {string.Join("; ", Steps.AsEnumerable())}";
    }
}
