namespace Resilience.Http.Tests.House;

/// <summary>Files are short: half of those of a package have at most 60 lines, and none has more than 250.</summary>
public sealed class FileLengthTests
{
    private const int LongestMedian = 60;
    private const int Longest = 250;

    public static TheoryData<string> Packages =>
        new(Directory.GetDirectories(Checkout.PathOf("src")).Select(directory => Path.GetFileName(directory)).Order());

    [Theory]
    [MemberData(nameof(Packages))]
    public void Half_of_the_files_of_a_package_have_at_most_60_lines(string package)
    {
        int[] lengths = [.. Files(package).Select(Length).Order()];

        Assert.InRange(lengths[(lengths.Length - 1) / 2], 1, LongestMedian);
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void No_file_of_a_package_has_more_than_250_lines(string package) =>
        Assert.Empty(Files(package).Where(file => Length(file) > Longest).Select(Path.GetFileName));

    private static IEnumerable<string> Files(string package) =>
        Directory.EnumerateFiles(Checkout.PathOf($"src/{package}"), "*.cs", SearchOption.AllDirectories);

    private static int Length(string file) => File.ReadLines(file).Count();
}
