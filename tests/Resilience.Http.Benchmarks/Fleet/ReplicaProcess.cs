using System.Globalization;

namespace Resilience.Http.Benchmarks.Fleet;

/// <summary>
/// <c>-- fleet-replicas FIRST COUNT SERVICE STORE</c>: so many replicas with the fleet and as many without, side by side. Prints
/// <c>ready</c>, obeys the lines of its standard input, and prints its figures as JSON after the line <c>end</c>.
/// </summary>
internal static class ReplicaProcess
{
    public const string Command = "fleet-replicas";

    /// <summary>Replicas from this number on are those that call rarely, when they are told to.</summary>
    public const string RareFrom = "rare ";

    public const string Phase = "phase ";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (first, count) = (Number(arguments[0]), Number(arguments[1]));
        var journal = new ReplicaJournal();
        ReplicaHost[] withFleet = [.. Enumerable.Range(first, count).Select(number => Create(number, arguments[3]))];
        ReplicaHost[] alone = [.. Enumerable.Range(first, count).Select(number => Create(number, null))];
        ReplicaHost[] all = [.. withFleet, .. alone];
        await Task.WhenAll(all.Select(static host => host.StartAsync()));

        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { } line && line != "end")
        {
            Obey(line);
        }

        await Task.WhenAll(all.Select(static host => host.StopAsync()));
        Console.WriteLine(journal.Read());
        return 0;

        ReplicaHost Create(int number, string? store) => new(number, arguments[2], store, journal);

        void Obey(string line)
        {
            if (line == "start")
            {
                Array.ForEach(all, static host => host.BeginToCall());
            }
            else if (line.StartsWith(Phase, StringComparison.Ordinal))
            {
                journal.Phase = line[Phase.Length..];
            }
            else if (line.StartsWith(RareFrom, StringComparison.Ordinal))
            {
                for (var i = 0; i < count; i++)
                {
                    withFleet[i].IsRare = alone[i].IsRare = first + i >= Number(line[RareFrom.Length..]);
                }
            }
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
