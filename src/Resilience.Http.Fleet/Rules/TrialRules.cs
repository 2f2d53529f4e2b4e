namespace Resilience.Http.Fleet.Rules;

/// <summary>Who may try, and what the trials show: the rules of a half-open circuit, for all replicas together.</summary>
internal static class TrialRules
{
    /// <summary>A holder renews its lease while its trial is in flight. If it dies, another gets the place after this time.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A replica that had a trial waits this long for others to ask, so that one with a sick network cannot fail all trials of a break.
    /// </summary>
    public static readonly TimeSpan OthersFirst = TimeSpan.FromSeconds(1);

    /// <summary>Takes a place for a trial.</summary>
    /// <returns>
    /// The next record with the token of the lease; without a token, what is worth writing all the same; <see langword="null"/> if nothing
    /// is.
    /// </returns>
    public static (BreakRecord? Next, long? Token) TryLease(BreakRecord record, string replica, long now)
    {
        var live = WithoutLost(record, now);
        if (live.IsClosed || now < live.EndsAt || live.Holds.Any(hold => hold.Replica == replica))
        {
            return default;
        }

        var isFirst = !live.Tried.Contains(replica, StringComparer.Ordinal);
        if (IsFull(live))
        {
            // One write a second for all replicas that wait, and not one for each.
            return isFirst && !OthersAsk(live, now) ? (live with { AskedAt = now }, null) : default;
        }

        if (!isFirst && OthersAsk(live, now))
        {
            return default;
        }

        var token = live.LastToken + 1;
        return (
            live with
            {
                LastToken = token,
                Holds = [.. live.Holds, new(replica, token, now + Milliseconds(Lease))],
                Tried = isFirst ? [.. live.Tried, replica] : live.Tried,
            },
            token);
    }

    /// <summary>Holds a lease longer.</summary>
    /// <returns><see langword="null"/> if it is lost.</returns>
    public static BreakRecord? Renew(BreakRecord record, long token, long now) => Find(record, token, now) is { } held
        ? record with { Holds = [.. Others(record, token), held with { Until = now + Milliseconds(Lease) }] }
        : null;

    /// <summary>Gives an unused lease back.</summary>
    /// <returns><see langword="null"/> if it is lost.</returns>
    public static BreakRecord? Release(BreakRecord record, long token, long now) =>
        Find(record, token, now) is null ? null : record with { Holds = [.. Others(record, token)] };

    /// <summary>Takes what came of a trial, and decides if the trials that are left cannot change it.</summary>
    /// <param name="record">The break.</param>
    /// <param name="report">What came of the trial.</param>
    /// <param name="now">The store's time.</param>
    /// <param name="nextBreak">How long another break lasts, by the number of breaks before it.</param>
    /// <returns><see langword="null"/> if the lease is lost: then the result counts for nothing.</returns>
    public static BreakRecord? Conclude(BreakRecord record, TrialReport report, long now, Func<int, TimeSpan> nextBreak)
    {
        if (Find(record, report.Token, now) is null)
        {
            return null;
        }

        var next = WithoutLost(record, now);
        next = next with
        {
            Holds = [.. Others(next, report.Token)],
            Sends = next.Sends + 1,
            Successes = next.Successes + (report.Succeeded == true ? 1 : 0),
            Failures = next.Failures + (report.Succeeded == false ? 1 : 0),
            Throttled = next.Throttled || report.Throttled,
        };
        if (next.Successes > next.Quota / 2)
        {
            return next with { IsClosed = true, Reason = Of(next, next.Successes, "succeeded"), By = report.Replica, Holds = [] };
        }

        if (next.Failures >= next.Quota - (next.Quota / 2))
        {
            return Reopen(next, report.Replica, $"{Of(next, next.Failures, "failed")}, last {report.Failure}", now, nextBreak);
        }

        return next.Sends >= 2 * next.Quota && next.Holds.Count == 0
            ? Reopen(next, report.Replica, $"{next.Sends} trials were sent, and too few of them had a verdict", now, nextBreak)
            : next;
    }

    /// <summary>Whether a replica that has had no trial looks for a place.</summary>
    public static bool OthersAsk(BreakRecord record, long now) =>
        record.AskedAt > 0 && now - record.AskedAt < Milliseconds(OthersFirst);

    /// <summary>Without the leases that their holders lost. Whether those trials were sent is not known, so they count as sent.</summary>
    private static BreakRecord WithoutLost(BreakRecord record, long now)
    {
        TrialHold[] live = [.. record.Holds.Where(hold => now < hold.Until)];
        return live.Length == record.Holds.Count
            ? record
            : record with { Holds = live, Sends = record.Sends + record.Holds.Count - live.Length };
    }

    private static bool IsFull(BreakRecord record) =>
        record.Holds.Count + record.Successes + record.Failures >= record.Quota || record.Sends + record.Holds.Count >= 2 * record.Quota;

    private static BreakRecord Reopen(BreakRecord record, string by, string why, long now, Func<int, TimeSpan> nextBreak)
    {
        var breaks = record.Successes > 0 || record.Throttled ? record.Breaks : record.Breaks + 1;
        return new()
        {
            Id = NewId(now, by),
            Reason = why,
            By = by,
            BeganAt = now,
            EndsAt = now + Milliseconds(nextBreak(breaks - 1)),
            Quota = record.Quota,
            Breaks = breaks,
            LastToken = record.LastToken,
        };
    }

    public static string NewId(long now, string replica) => $"{now}-{replica}";

    public static long Milliseconds(TimeSpan span) => (long)Math.Ceiling(span.TotalMilliseconds);

    private static TrialHold? Find(BreakRecord record, long token, long now) =>
        record.Holds.FirstOrDefault(hold => hold.Token == token && now < hold.Until);

    private static IEnumerable<TrialHold> Others(BreakRecord record, long token) => record.Holds.Where(hold => hold.Token != token);

    private static string Of(BreakRecord record, int trials, string did) =>
        record.Quota == 1 ? $"the trial of the fleet {did}" : $"{trials} of {record.Quota} trials of the fleet {did}";
}
