#!/usr/bin/env bash
# A rejected lease of System.Threading.RateLimiting carries MetadataName.RetryAfter, which servers copy into the Retry-After header. The
# fixed window and the token bucket always state a whole period, however soon the next permit comes; the sliding window states none.
# Here both get new permits about 1 s later, but state 4 s. System.Threading.RateLimiting 10.0.0.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat >finding.cs <<'CS'
#:property PublishAot=false
#:package System.Threading.RateLimiting@10.0.0
using System.Diagnostics;
using System.Threading.RateLimiting;

var period = TimeSpan.FromSeconds(4);
var results = await Task.WhenAll(
    Measure("fixed window", new FixedWindowRateLimiter(new() { PermitLimit = 2, Window = period })),
    Measure("token bucket", new TokenBucketRateLimiter(new() { TokenLimit = 2, TokensPerPeriod = 2, ReplenishmentPeriod = period })),
    Measure("sliding window", new SlidingWindowRateLimiter(new() { PermitLimit = 2, Window = period, SegmentsPerWindow = 4 })));
var (window, bucket, sliding) = (results[0], results[1], results[2]);
var same = window is { Stated: 4, Real: < 3 } && bucket is { Stated: 4, Real: < 3 } && sliding.Stated is null;
Console.WriteLine(same ? "As recorded." : "CHANGED: the behavior is not the recorded one.");
return same ? 0 : 1;

async Task<(double? Stated, double Real)> Measure(string name, RateLimiter limiter)
{
    await Task.Delay(3_000); // Three of the four seconds of the period are over.
    using var first = limiter.AttemptAcquire();
    using var second = limiter.AttemptAcquire();
    using var rejected = limiter.AttemptAcquire();
    double? stated = rejected.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after.TotalSeconds : null;
    var clock = Stopwatch.StartNew();
    for (var granted = false; !granted; await Task.Delay(50))
    {
        using var lease = limiter.AttemptAcquire();
        granted = lease.IsAcquired;
    }

    Console.WriteLine($"{name}: RetryAfter {(stated is null ? "is missing" : $"{stated} s")}, the next permit came after {clock.Elapsed.TotalSeconds:0.0} s");
    return (stated, clock.Elapsed.TotalSeconds);
}
CS
dotnet run finding.cs
