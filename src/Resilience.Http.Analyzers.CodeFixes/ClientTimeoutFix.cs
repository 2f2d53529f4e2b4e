using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Analyzers.CodeFixes;

/// <summary>Removes the assignment of HttpClient.Timeout.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
internal sealed class ClientTimeoutFix() : SingleFix(DiagnosticIds.ClientTimeout)
{
    private protected override void Register(CodeFixContext context, SyntaxNode root, SyntaxNode node, Diagnostic diagnostic)
    {
        if (node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is { Parent: BlockSyntax } statement)
        {
            Offer(context, diagnostic, "Remove the assignment of HttpClient.Timeout", () =>
                root.RemoveNode(statement, SyntaxRemoveOptions.KeepUnbalancedDirectives)!);
        }
    }
}
