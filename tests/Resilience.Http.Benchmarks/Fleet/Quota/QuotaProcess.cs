using System.Globalization;

namespace Resilience.Http.Benchmarks.Fleet.Quota;

/// <summary>
/// <c>-- fleet-quota-replicas FIRST COUNT SERVICE STORE</c>: so many of the replicas. Prints <c>ready</c>, takes a phase and its calls per
/// second from each line of its standard input, and prints its journal after the line <c>end</c>.
/// </summary>
internal static class QuotaProcess
{
    public const string Command = "fleet-quota-replicas";
    public const string End = "end";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (first, count) = (Number(arguments[0]), Number(arguments[1]));
        QuotaReplica[] replicas =
        [
            .. Enumerable.Range(first, count).Select(number => new QuotaReplica(number, WeightOf(number), arguments[2], arguments[3])),
        ];
        await Task.WhenAll(replicas.Select(static replica => replica.StartAsync()));
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { } line && line != End)
        {
            var (phase, load) = (line.Split('|')[0], Number(line.Split('|')[1]));
            Array.ForEach(replicas, replica => replica.Load(phase, load));
        }

        foreach (var replica in replicas)
        {
            await replica.DisposeAsync();
        }

        Console.WriteLine(new QuotaJournal(
            [.. replicas.SelectMany(static replica => replica.Sends)],
            [.. replicas.SelectMany(static replica => replica.Calls)],
            replicas.Sum(static replica => replica.Warnings)));
        return 0;
    }

    /// <summary>One replica has two fifths of the calls, four have a tenth each, and the other fifteen share the rest.</summary>
    private static double WeightOf(int number) => number == 0 ? 0.4 : number < 5 ? 0.1 : 0.2 / (QuotaCommand.Replicas - 5);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
