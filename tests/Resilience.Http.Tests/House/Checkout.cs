namespace Resilience.Http.Tests.House;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Resilience.Http.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No Resilience.Http.sln above {AppContext.BaseDirectory}.");
        }

        return folder.FullName;
    }
}
