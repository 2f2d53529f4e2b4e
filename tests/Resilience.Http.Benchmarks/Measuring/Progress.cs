namespace Resilience.Http.Benchmarks.Measuring;

/// <summary>One line on standard error that tells how far a run has come; standard output keeps the tables alone.</summary>
internal static class Progress
{
    private static string _last = "";

    public static void Report(string line)
    {
        if (Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(line);
            return;
        }

        Console.Error.Write('\r' + line.PadRight(_last.Length));
        _last = line;
    }

    public static void Clear()
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write('\r' + new string(' ', _last.Length) + '\r');
            _last = "";
        }
    }
}
