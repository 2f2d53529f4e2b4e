namespace Resilience.Http.LibraryTests;

/// <summary>The files of the repository that the tests were built from.</summary>
internal static class Checkout
{
    private static readonly string Root = Find(AppContext.BaseDirectory);

    public static string PathOf(string file) => Path.Combine(Root, file);

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "Resilience.Http.sln"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run within the repository."));
}
