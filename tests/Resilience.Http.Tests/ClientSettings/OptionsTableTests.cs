using System.Text;
using System.Text.RegularExpressions;
using Resilience.Http.ClientSettings;
using Resilience.Http.Settings;
using Resilience.Http.Tests.House;

namespace Resilience.Http.Tests.ClientSettings;

/// <summary>The table of all settings in the docs is the one that configuration is read by.</summary>
public sealed partial class OptionsTableTests
{
    [Fact]
    public void The_docs_have_the_table_of_the_keys()
    {
        var page = File.ReadAllText(Checkout.PathOf("docs/configuration.md"));

        Assert.Equal(Printed(), Marked().Match(page).Groups["table"].Value);
    }

    [Theory]
    [InlineData("docs/circuit-breaker.md", "CircuitBreaker:")]
    [InlineData("docs/fallback.md", "Fallback:")]
    public void The_table_of_a_feature_page_matches_the_table_of_keys(string page, string section)
    {
        var keys = ResilientHttpClientOptionsKeys.Keys.Rows(new ResilientHttpClientOptions())
            .Where(row => row.Key.StartsWith(section, StringComparison.Ordinal)).ToDictionary(row => row.Key[section.Length..]);
        var told = ToldRow().Matches(File.ReadAllText(Checkout.PathOf(page)))
            .Select(
                row =>
                    (
                        Key: row.Groups["key"].Value.Replace(section, "", StringComparison.Ordinal),
                        Default: row.Groups["default"].Value,
                        Allowed: row.Groups["allowed"].Value))
            .ToArray();

        Assert.Equal(keys.Keys, told.Select(row => row.Key));
        Assert.All(told, row => AssertSame(keys[row.Key], Plain(row.Default), Plain(row.Allowed)));
    }

    /// <summary>
    /// What an unset value means may stand in place of "none"; of a range that follows another key, only the other end is a number.
    /// </summary>
    private static void AssertSame(OptionRow row, string told, string allowed)
    {
        Assert.True(
            FirstWord().Match(told).Value == row.Value || (row.Value == "none" && row.Description.Contains(told, StringComparison.Ordinal)),
            $"{row.Key} is {row.Value}, not {told}");
        if (row.Kind == "choice")
        {
            Assert.All(row.Allowed.Split(", "), choice => Assert.Contains(choice, allowed, StringComparison.Ordinal));
            return;
        }

        string[] ends = [.. Figure().Matches(row.Allowed).Select(figure => figure.Value)];
        string[] toldEnds = [.. Figure().Matches(allowed).Select(figure => figure.Value)];
        Assert.Equal(ends.TakeLast(toldEnds.Length), toldEnds);
        Assert.True(toldEnds.Length >= ends.Length - 1, $"{row.Key} is allowed {row.Allowed}, not {allowed}");
    }

    /// <summary>Figures as the keys tell them: 1,000,000 is 1000000, 2 min is 2m, 1.0 is 1.</summary>
    private static string Plain(string told) =>
        Unit()
            .Replace(Thousands().Replace(told.Replace("`", "", StringComparison.Ordinal), ""), "${unit}")
            .Replace("1.0", "1", StringComparison.Ordinal);

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

    [GeneratedRegex(@"^\| `(?<key>[\w:]+)` \| (?<default>[^|]+) \| (?<allowed>[^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex ToldRow();

    [GeneratedRegex(@"^[^ ,;]+")]
    private static partial Regex FirstWord();

    [GeneratedRegex(@"\b\d+(\.\d+)?(ms|s|m|h)?\b")]
    private static partial Regex Figure();

    [GeneratedRegex(@"(?<=\d),(?=\d{3})")]
    private static partial Regex Thousands();

    [GeneratedRegex(@"(?<=\d) (?<unit>ms|s|m|h)(in)?\b")]
    private static partial Regex Unit();
}
