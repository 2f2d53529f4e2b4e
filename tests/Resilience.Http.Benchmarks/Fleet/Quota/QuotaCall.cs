using System.Text.Json;

namespace Resilience.Http.Benchmarks.Fleet.Quota;

/// <summary>A call that has ended.</summary>
/// <param name="Phase">In which phase it began.</param>
/// <param name="Answered">Whether the service answered it.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record QuotaCall(string Phase, bool Answered, double Milliseconds);

/// <summary>What a process of replicas saw; travels as JSON.</summary>
/// <param name="Sends">When requests left, in milliseconds of the machine's clock, which the store has too.</param>
/// <param name="Calls">The calls.</param>
/// <param name="Warnings">How often replicas logged that the store is lost.</param>
internal sealed record QuotaJournal(IReadOnlyList<double> Sends, IReadOnlyList<QuotaCall> Calls, int Warnings)
{
    public override string ToString() => JsonSerializer.Serialize(this);

    public static QuotaJournal Parse(string json) => JsonSerializer.Deserialize<QuotaJournal>(json)!;
}

/// <summary>The machine's clock in milliseconds since 1 January 1970: that of a store on this machine.</summary>
internal static class UnixClock
{
    public static double Now => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
}
