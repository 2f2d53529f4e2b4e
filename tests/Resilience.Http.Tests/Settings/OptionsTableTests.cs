using System.Text;
using System.Text.RegularExpressions;
using Resilience.Http.Tests.House;

namespace Resilience.Http.Tests.Settings;

/// <summary>The table of all settings in the docs is the one that configuration is read by.</summary>
public sealed partial class OptionsTableTests
{
    [Fact]
    public void The_docs_have_the_table_of_the_keys()
    {
        var page = File.ReadAllText(Checkout.PathOf("docs/configuration.md"));

        Assert.Equal(Printed(), Marked().Match(page).Groups["table"].Value);
    }

    private static string Printed()
    {
        var table = new StringBuilder("| key | default | allowed | meaning |\n|---|---|---|---|\n");
        foreach (var row in ResilientHttpClientOptionsKeys.Keys.Rows(new ResilientHttpClientOptions()))
        {
            table.Append($"| `{row.Key}` | {row.Default} | {row.Allowed} | {row.Description} |\n");
        }

        return table.ToString();
    }

    [GeneratedRegex("<!-- table: options -->\n(?<table>.*?)<!-- /table -->", RegexOptions.Singleline)]
    private static partial Regex Marked();
}
