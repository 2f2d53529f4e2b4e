using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Resilience.Http.Analyzers;
using Resilience.Http.Analyzers.CodeFixes;
using Resilience.Http.Telemetry;
using Resilience.Http.Tests.House;

namespace Resilience.Http.AnalyzerTests;

/// <summary>docs/analyzers.md, and what all analyzers have in common.</summary>
public sealed class DocsTests
{
    private static readonly DiagnosticAnalyzer[] Analyzers =
    [
        .. typeof(Rules).Assembly.GetTypes()
            .Where(static type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .Select(static type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    private static DiagnosticDescriptor[] Descriptors => [.. Analyzers.SelectMany(static analyzer => analyzer.SupportedDiagnostics)];

    [Fact]
    public void Every_id_has_a_section_on_the_page()
    {
        var page = File.ReadAllLines(Docs());
        var ids = typeof(DiagnosticIds).GetFields().Select(static field => (string)field.GetRawConstantValue()!).ToArray();

        Assert.NotEmpty(ids);
        Assert.Equal(
            ids, page.Where(static line => line.StartsWith("## RHTTP", StringComparison.Ordinal)).Select(static line => line[3..]));
    }

    [Fact]
    public void Every_rule_has_an_analyzer_and_names_its_section()
    {
        var rules = typeof(Rules).GetFields().Select(static field => (DiagnosticDescriptor)field.GetValue(null)!).ToArray();

        Assert.Equal(rules.Select(static rule => rule.Id).Order(), Descriptors.Select(static rule => rule.Id).Order());
        Assert.All(rules, rule => Assert.Equal(
            $"See docs/analyzers.md#{rule.Id.ToLowerInvariant()} in the package Resilience.Http.", rule.Description.ToString(null)));
    }

    [Fact]
    public void A_help_link_is_an_address_that_an_editor_can_open() => Assert.All(
        Descriptors,
        static rule => Assert.True(rule.HelpLinkUri.Length == 0 || Uri.IsWellFormedUriString(rule.HelpLinkUri, UriKind.Absolute)));

    [Fact]
    public void The_page_names_the_severity_and_the_fix_of_each_rule()
    {
        var page = File.ReadAllText(Docs());
        var fixedIds = typeof(SingleFix).Assembly.GetTypes()
            .Where(static type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(CodeFixProvider)))
            .SelectMany(static type => ((CodeFixProvider)Activator.CreateInstance(type)!).FixableDiagnosticIds)
            .ToHashSet();

        Assert.All(Descriptors, rule => Assert.Contains(
            $"| [{rule.Id}](#{rule.Id.ToLowerInvariant()}) | {rule.DefaultSeverity} | {(fixedIds.Contains(rule.Id) ? "yes" : "no")} |",
            page,
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_snippets_of_the_page_have_no_warning()
    {
        var text = await File.ReadAllTextAsync(Checkout.PathOf("tests/Resilience.Http.AnalyzerTests/AnalyzerSnippets.cs"));
        var usings = string.Concat(new[] { "System", "System.Net.Http", "System.Threading", "System.Threading.Tasks" }
            .Select(static name => $"global using {name};"));
        var compilation = CSharpCompilation.Create(
            "Snippets",
            [CSharpSyntaxTree.ParseText(text), CSharpSyntaxTree.ParseText(usings)],
            Source.References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

        Assert.DoesNotContain(compilation.GetDiagnostics(), static each => each.Severity == DiagnosticSeverity.Error);
        Assert.Empty(await compilation.WithAnalyzers([.. Analyzers]).GetAnalyzerDiagnosticsAsync());
    }

    private static string Docs() => Checkout.PathOf("docs/analyzers.md");
}
