using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;
using Resilience.Http.Analyzers.Clients;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Analyzers.CodeFixes;

/// <summary>Catches the exception that a resilient client throws.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
internal sealed class PollyExceptionFix() : SingleFix(DiagnosticIds.PollyException)
{
    private protected override void Register(CodeFixContext context, SyntaxNode root, SyntaxNode node, Diagnostic diagnostic)
    {
        if (node is TypeSyntax caught && diagnostic.Properties.TryGetValue(PollyExceptionAnalyzer.Replacement, out var name))
        {
            Offer(context, diagnostic, $"Catch {name}", () => root.ReplaceNode(caught, TypeOf(name!).WithTriviaFrom(caught)));
        }
    }

    /// <summary>The full name, which the editor shortens if there is a using for it.</summary>
    private static TypeSyntax TypeOf(string name) =>
        SyntaxFactory.ParseTypeName($"global::Resilience.Http.{name}").WithAdditionalAnnotations(Simplifier.Annotation);
}
