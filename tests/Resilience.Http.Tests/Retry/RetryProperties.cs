using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Resilience.Http.Retry;
using Resilience.Http.Testing;
using Resilience.Http.Tests.CircuitBreaker;

namespace Resilience.Http.Tests.Retry;

/// <summary>What holds for any options, any server and any chance.</summary>
public sealed class RetryProperties
{
    private static readonly Gen<HttpRetryOptions> AnyOptions =
        from maxRetries in Gen.Choose(0, 8)
        from baseDelay in Milliseconds(0, 5_000)
        from longer in Milliseconds(0, 20_000)
        from backoff in Gen.Elements(Enum.GetValues<HttpRetryBackoff>())
        from jitter in Gen.Elements(Enum.GetValues<HttpRetryJitter>())
        from honor in Gen.Elements(true, false)
        from ratio in Gen.Choose(0, 100)
        from flow in Gen.Choose(0, 5)
        from capacity in Gen.Choose(1, 20)
        select new HttpRetryOptions
        {
            MaxRetries = maxRetries,
            BaseDelay = baseDelay,
            MaxDelay = baseDelay + longer,
            Backoff = backoff,
            Jitter = jitter,
            HonorRetryAfter = honor,
            Budget = new() { Ratio = ratio / 100.0, MinRetriesPerSecond = flow, Capacity = capacity },
        };

    /// <summary>What the server does with one request; a number is a wait, asked for or made.</summary>
    private static readonly Gen<(string Kind, int Seconds)> AnyAnswer =
        from kind in Gen.Frequency(
            (4, Gen.Constant("200")), (4, Gen.Constant("503")), (2, Gen.Constant("429")), (1, Gen.Constant("404")),
            (1, Gen.Constant("hang")), (1, Gen.Constant("reset")), (1, Gen.Constant("refuse")), (1, Gen.Constant("slow")))
        from seconds in Gen.Choose(0, 12)
        select (kind, seconds);

    private static readonly Gen<Run> AnyRun =
        from options in AnyOptions
        from total in Milliseconds(1, 20_000)
        from attempt in Milliseconds(1, 10_000)
        from answers in AnyAnswer.ArrayOf(40)
        from seed in Gen.Choose(0, int.MaxValue)
        select new Run(options, total, attempt < total ? attempt : total, answers, seed);

    [Fact]
    public void Every_delay_is_within_its_bounds() => RandomCases.Check(
        from options in AnyOptions
        from retry in Gen.Choose(0, 2_000)
        from previous in Milliseconds(0, 20_000)
        from chance in Gen.Choose(0, 1_000_000)
        select (options, retry, previous, chance: chance / 1_000_000.0),
        static sample =>
        {
            var delay = Backoff.Delay(sample.options, sample.retry, sample.previous, sample.chance);
            var lowest = sample.options.Jitter switch
            {
                HttpRetryJitter.Full => TimeSpan.Zero,
                HttpRetryJitter.Equal => sample.options.BaseDelay / 2,
                _ => sample.options.BaseDelay,
            };
            Assert.InRange(delay, lowest, sample.options.MaxDelay);
        });

    [Fact]
    public void Without_jitter_a_delay_is_never_shorter_than_the_one_before() => RandomCases.Check(
        from options in AnyOptions
        from retry in Gen.Choose(0, 2_000)
        select (options, retry),
        static sample =>
        {
            sample.options.Jitter = HttpRetryJitter.None;
            Assert.True(
                Backoff.Delay(sample.options, sample.retry + 1, null, 0) >= Backoff.Delay(sample.options, sample.retry, null, 0));
        });

    [Fact]
    public void Calls_respect_attempts_and_deadline_and_failed_retries_respect_the_budget() => RandomCases.Check(AnyRun, Keep, times: 200);

    private static void Keep(Run run)
    {
        var chance = new Random(run.Seed);
        using var world = new RetryFixture(run.Script, options =>
        {
            options.Retry = run.Options;
            options.TotalTimeout = run.Total;
            options.AttemptTimeout = run.Attempt;
        });
        var (successes, failedRetries) = (0, 0);
        for (var call = 0; call < 8; call++)
        {
            world.Chance = chance.NextDouble();
            var (begun, sentBefore) = (world.Clock.Elapsed, world.Server.Requests.Count);
            var succeeded = SendAsync(world).GetAwaiter().GetResult();

            var sent = world.Server.Requests.Count - sentBefore;
            Assert.InRange(sent, 1, 1 + run.Options.MaxRetries);
            Assert.InRange(world.Clock.Elapsed - begun, TimeSpan.Zero, run.Total + TimeSpan.FromMilliseconds(1));
            failedRetries += sent - 1 - (succeeded && sent > 1 ? 1 : 0);
            successes += succeeded ? 1 : 0;
            var budget = run.Options.Budget;
            var savings = Math.Min(10, budget.Capacity) + (world.Clock.Elapsed.TotalSeconds * budget.MinRetriesPerSecond);
            Assert.InRange(failedRetries, 0, savings + (successes * budget.Ratio) + 0.000_001);
        }
    }

    private static async Task<bool> SendAsync(RetryFixture world)
    {
        try
        {
            using var response = await world.GetAsync();
            return (int)response.StatusCode < 429;
        }
        catch (Exception exception) when (exception is HttpRequestException or RequestTimedOutException)
        {
            return false;
        }
    }

    private static Gen<TimeSpan> Milliseconds(int from, int to) => Gen.Choose(from, to).Select(each => TimeSpan.FromMilliseconds(each));

    private sealed record Run(HttpRetryOptions Options, TimeSpan Total, TimeSpan Attempt, (string Kind, int Seconds)[] Answers, int Seed)
    {
        public void Script(ServerScript script)
        {
            foreach (var (kind, seconds) in Answers)
            {
                _ = kind switch
                {
                    "hang" => script.Hang(),
                    "reset" => script.Reset(),
                    "refuse" => script.Refuse(),
                    "slow" => script.Slow(TimeSpan.FromSeconds(seconds)),
                    "503" or "429" =>
                        script.Fail(
                            1, int.Parse(kind, CultureInfo.InvariantCulture), seconds % 3 == 0 ? TimeSpan.FromSeconds(seconds) : null),
                    _ => script.Then(int.Parse(kind, CultureInfo.InvariantCulture)),
                };
            }

            script.Always(200);
        }

        public override string ToString() =>
            $"max {Options.MaxRetries}, {Options.BaseDelay}..{Options.MaxDelay} {Options.Backoff} {Options.Jitter}, honor " +
            $"{Options.HonorRetryAfter}, budget {Options.Budget.Ratio} {Options.Budget.MinRetriesPerSecond}/s of " +
            $"{Options.Budget.Capacity}, total {Total}, attempt {Attempt}, chance {Seed}: " +
            string.Join(' ', Answers.Select(answer => $"{answer.Kind}({answer.Seconds})"));
    }
}
