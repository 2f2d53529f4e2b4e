using System.Text.RegularExpressions;

namespace Resilience.Http.Tests.House;

/// <summary>
/// Users meet one namespace, and a second in their tests, whatever the folders; what is internal lives in the namespace of its folder.
/// </summary>
public sealed partial class NamespaceTests
{
    public static TheoryData<string> Packages =>
        new(Directory.GetDirectories(Checkout.PathOf("src")).Select(directory => Path.GetFileName(directory)).Order());

    [Theory]
    [MemberData(nameof(Packages))]
    public void Public_types_are_in_the_root_namespace_and_internal_ones_in_that_of_their_folder(string package)
    {
        var wrong = Directory
            .EnumerateFiles(Checkout.PathOf($"src/{package}"), "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Checkout.PathOf($"src/{package}"), file), Text: File.ReadAllText(file)))
            // Extension methods live where users already look.
            .Where(file => !file.Path.EndsWith("Extensions.cs", StringComparison.Ordinal))
            .Where(file =>
                Namespace().Match(file.Text).Groups[1].Value != Expected(package, file.Path, DeclaresPublicType().IsMatch(file.Text)))
            .Select(file => file.Path);

        Assert.Empty(wrong);
    }

    private static string Expected(string package, string path, bool isPublic) =>
        isPublic ? PublicNamespaceOf(package) : FolderNamespaceOf(package, path);

    private static string PublicNamespaceOf(string package) => package == "Resilience.Http.Testing" ? package : "Resilience.Http";

    private static string FolderNamespaceOf(string package, string path) =>
        Path.GetDirectoryName(path) is not { Length: > 0 } folder
            ? package
            : $"{package}.{folder.Replace(Path.DirectorySeparatorChar, '.')}";

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^public [a-z ]*(class|record|struct|enum|interface|delegate)\b", RegexOptions.Multiline)]
    private static partial Regex DeclaresPublicType();
}
