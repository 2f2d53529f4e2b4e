namespace Resilience.Http.Tests.House;

/// <summary>
/// Lines of C# are at most as long as <c>max_line_length</c> in <c>.editorconfig</c> says, which no compiler checks. Lines that begin,
/// hold or end a raw string literal are exempt: a line break would be part of the value.
/// </summary>
public sealed class LineLengthTests
{
    private const int Longest = 140;

    [Theory]
    [InlineData("src")]
    [InlineData("samples")]
    [InlineData("templates")]
    [InlineData("tests")]
    public void No_line_is_longer_than_140_columns(string folder)
    {
        var tooLong =
            from file in Directory.EnumerateFiles(Checkout.PathOf(folder), "*.cs", SearchOption.AllDirectories)
            where !IsGenerated(file)
            from line in LinesThatAreTooLong(file)
            select $"{Path.GetRelativePath(Checkout.Root, file)}:{line}";

        Assert.Empty(tooLong);
    }

    [Fact]
    public void The_editorconfig_states_the_same_length() =>
        Assert.Contains($"max_line_length = {Longest}", File.ReadAllLines(Checkout.PathOf(".editorconfig")));

    [Theory]
    [InlineData(140, "", 0)]
    [InlineData(141, "", 1)]
    [InlineData(300, "var json = \"\"\"", 0)]
    public void Only_lines_without_a_raw_string_literal_are_measured(int length, string start, int expected) =>
        Assert.Equal(expected, LinesThatAreTooLong([start.PadRight(length, 'x')]).Count());

    [Fact]
    public void A_line_inside_a_raw_string_literal_is_exempt_and_one_after_it_is_not()
    {
        var line = new string('x', 141);

        Assert.Equal([4], LinesThatAreTooLong(["var json = \"\"\"", line, "\"\"\";", line]));
    }

    private static bool IsGenerated(string file) =>
        file.Split(Path.DirectorySeparatorChar).Any(static folder => folder is "obj" or "bin");

    private static IEnumerable<int> LinesThatAreTooLong(string file) => LinesThatAreTooLong(File.ReadLines(file));

    private static IEnumerable<int> LinesThatAreTooLong(IEnumerable<string> lines)
    {
        var isInRawString = false;
        foreach (var (index, line) in lines.Index())
        {
            var quotes = line.Split("\"\"\"").Length - 1;
            if (line.Length > Longest && quotes == 0 && !isInRawString)
            {
                yield return index + 1;
            }

            isInRawString ^= quotes % 2 == 1;
        }
    }
}
