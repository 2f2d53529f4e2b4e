using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Resilience.Http.Analyzers.Clients;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Analyzers.CodeFixes;

/// <summary>Passes the token of the method to the call.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
internal sealed class TokenFix() : SingleFix(DiagnosticIds.TokenNotPassed)
{
    private protected override void Register(CodeFixContext context, SyntaxNode root, SyntaxNode node, Diagnostic diagnostic)
    {
        if (node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call
            && diagnostic.Properties.TryGetValue(TokenAnalyzer.Argument, out var text)
            && text is not null)
        {
            Offer(context, diagnostic, "Pass the CancellationToken", () => root.ReplaceNode(
                call.ArgumentList, WithArgument(call.ArgumentList, SyntaxFactory.ParseArgumentList($"({text})").Arguments[0])));
        }
    }

    private static ArgumentListSyntax WithArgument(ArgumentListSyntax list, ArgumentSyntax argument) =>
        list.AddArguments(list.Arguments.Count == 0 ? argument : argument.WithLeadingTrivia(SyntaxFactory.Space));
}
