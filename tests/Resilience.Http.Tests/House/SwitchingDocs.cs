using System.Text.RegularExpressions;

namespace Resilience.Http.Tests.House;

/// <summary>docs/switching.md.</summary>
public sealed partial class SwitchingDocs
{
    [Fact]
    public void Every_replacement_call_in_the_docs_exists_in_the_public_api()
    {
        var api = string.Concat(Directory
            .EnumerateFiles(Checkout.PathOf("tests/Resilience.Http.Tests/House/Approved"), "*.approved.txt")
            .Select(File.ReadAllText));
        var calls = Row().Matches(File.ReadAllText(Checkout.PathOf("docs/switching.md")))
            .SelectMany(row => Call().Matches(row.Groups["here"].Value)).Select(call => call.Groups["name"].Value).ToArray();

        Assert.NotEmpty(calls);
        Assert.All(calls, name => Assert.Matches($@" {name}(<[^>]*>)?\(", api));
    }

    [GeneratedRegex(@"^\|[^|]*\|(?<here>.*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`[\w.]*?(?<name>\w+)(<[^>]*>)?\([^`]*`")]
    private static partial Regex Call();
}
