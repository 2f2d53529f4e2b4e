using System.Text.RegularExpressions;

namespace Resilience.Http.Tests.House;

/// <summary>
/// Every C# snippet of the docs is a <c>#region</c> of a compiled file, named in the line above it:
/// <c>&lt;!-- snippet: path/File.cs#region --&gt;</c>; several regions are joined with <c>+</c>.
/// A settings snippet is a whole file: <c>&lt;!-- snippet: path/file.json --&gt;</c>.
/// </summary>
public sealed partial class DocsSnippetTests
{
    public static TheoryData<string> Pages =>
        [.. Directory.EnumerateFiles(Checkout.PathOf("docs"), "*.md").Append(Checkout.PathOf("README.md")).Concat(PackageReadmes)
            .Select(page => Path.GetRelativePath(Checkout.Root, page)).Order()];

    private static string[] PackageReadmes => FilesOfPackages("README.md");

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_snippet_matches_its_source(string page)
    {
        var text = File.ReadAllText(Checkout.PathOf(page));
        foreach (Match snippet in MarkedFence().Matches(text))
        {
            Assert.Equal(Source(snippet.Groups["source"].Value), snippet.Groups["text"].Value.TrimEnd());
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_csharp_snippet_has_a_source(string page)
    {
        var text = File.ReadAllText(Checkout.PathOf(page));

        Assert.Equal(AnyCSharpFence().Count(text), MarkedFence().Matches(text).Count(fence => fence.Groups["language"].Value == "csharp"));
    }

    /// <summary>They are read where the package is got, far from the repository.</summary>
    [Fact]
    public void Every_package_has_a_readme_of_its_own_without_links_into_the_repository()
    {
        Assert.Equal(FilesOfPackages("*.csproj").Select(Path.GetDirectoryName), PackageReadmes.Select(Path.GetDirectoryName));
        Assert.All(PackageReadmes, page => Assert.DoesNotMatch("""\]\((?!https://)""", File.ReadAllText(page)));
    }

    private static string[] FilesOfPackages(string pattern) =>
    [
        .. from folder in (string[])["src", "templates"]
           from file in Directory.EnumerateFiles(
               Checkout.PathOf(folder), pattern, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
           orderby file
           select file
    ];

    private static string Source(string source)
    {
        var parts = source.Split('#');
        var lines = File.ReadAllLines(Checkout.PathOf(parts[0]));
        return parts.Length == 1
            ? string.Join('\n', lines).TrimEnd()
            : string.Join("\n\n", parts[1].Split('+').Select(region => Region(lines, region, source)));
    }

    private static string Region(string[] lines, string name, string source)
    {
        var start = Array.FindIndex(lines, line => line.Trim() == $"#region {name}");
        Assert.True(start >= 0, $"There is no region {source}.");
        var body = lines[(start + 1)..].TakeWhile(line => line.Trim() != "#endregion").ToArray();
        var indent = body.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', body.Select(line => line.Length > indent ? line[indent..] : line.Trim())).Trim('\n').TrimEnd();
    }

    [GeneratedRegex("""<!-- snippet: (?<source>\S+) -->\n```(?<language>\w+)\n(?<text>.*?)```""", RegexOptions.Singleline)]
    private static partial Regex MarkedFence();

    [GeneratedRegex("^```csharp", RegexOptions.Multiline)]
    private static partial Regex AnyCSharpFence();
}
