#!/usr/bin/env bash
# The same options give another rate inside PartitionedRateLimiter: one timer of 100 ms replenishes its partitions, whatever their
# ReplenishmentPeriod or Window. A bucket of one token per 20 ms passes 50 calls a second alone and about 10 as a partition; a window of
# 110 ms lasts 200 ms. So a limit per host or tenant can be far below the configured one. The options take any period above zero, and the
# documentation of ReplenishmentPeriod and Window does not mention the timer. System.Threading.RateLimiting 10.0.14.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
#:package System.Threading.RateLimiting@10.0.14
using System.Threading.RateLimiting;

Console.WriteLine("System.Threading.RateLimiting 10.0.14; permits in 2 s:");
var period = TimeSpan.FromMilliseconds(20);
TokenBucketRateLimiterOptions bucket = new() { ReplenishmentPeriod = period, TokensPerPeriod = 1, TokenLimit = 1, QueueLimit = 1 };
FixedWindowRateLimiterOptions window = new() { Window = TimeSpan.FromMilliseconds(110), PermitLimit = 10, QueueLimit = 1 };
var same = await Differs("1 per 20 ms", new TokenBucketRateLimiter(bucket), RateLimitPartition.GetTokenBucketLimiter("a", _ => bucket))
    & await Differs("10 per 110 ms", new FixedWindowRateLimiter(window), RateLimitPartition.GetFixedWindowLimiter("a", _ => window));
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;

static async Task<bool> Differs(string name, RateLimiter alone, RateLimitPartition<string> partition)
{
    var partitioned = PartitionedRateLimiter.Create<string, string>(_ => partition);
    var (one, other) = (await Count(() => alone.AcquireAsync()), await Count(() => partitioned.AcquireAsync("a")));
    Console.WriteLine($"{name}: alone {one}, as a partition {other}");
    return one > 1.4 * other;
}

static async Task<int> Count(Func<ValueTask<RateLimitLease>> acquire)
{
    var (permits, end) = (0, Environment.TickCount64 + 2_000);
    for (; Environment.TickCount64 < end; permits++) (await acquire()).Dispose(); // Waits in the queue.
    return permits;
}
CS
dotnet run finding.cs
