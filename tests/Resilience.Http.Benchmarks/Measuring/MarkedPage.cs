namespace Resilience.Http.Benchmarks.Measuring;

/// <summary>A docs page with two markers, between which a command writes its tables.</summary>
internal static class MarkedPage
{
    private const string Begin = "<!-- table -->\n";
    private const string End = "\n<!-- end of table -->";

    public static async Task WriteAsync(string path, string tables)
    {
        var text = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, $"{text.Split(Begin)[0]}{Begin}{tables}{End}{text.Split(End)[1]}");
    }
}
