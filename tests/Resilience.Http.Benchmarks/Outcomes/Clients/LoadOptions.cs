using System.Text.Json;

namespace Resilience.Http.Benchmarks.Outcomes.Clients;

/// <summary>What a client process does; travels as JSON on its command line. Times in seconds from the start of the load.</summary>
/// <param name="Contender">The key of the client.</param>
/// <param name="Address">What it calls.</param>
/// <param name="Rate">Calls per second.</param>
/// <param name="Seconds">How long calls begin.</param>
/// <param name="Limit">How long a call may take to count as answered in time.</param>
/// <param name="Start">How many seconds at the start do not count for shares.</param>
/// <param name="StarveFrom">When the thread pool is starved; negative for never.</param>
/// <param name="StarveFor">How long it is starved.</param>
internal sealed record LoadOptions(
    string Contender, Uri Address, double Rate, int Seconds, double Limit, int Start, double StarveFrom = -1, double StarveFor = 0)
{
    public override string ToString() => JsonSerializer.Serialize(this);

    public static LoadOptions Parse(string json) => JsonSerializer.Deserialize<LoadOptions>(json)!;
}
