using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Resilience.Http.Analyzers.Registrations;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Analyzers.CodeFixes;

/// <summary>
/// Takes the other chain out of the client. If all of its options have a counterpart here, they can move to <c>AddResilience</c>.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
internal sealed class SecondLayerFix() : SingleFix(DiagnosticIds.SecondLayer)
{
    private protected override void Register(CodeFixContext context, SyntaxNode root, SyntaxNode node, Diagnostic diagnostic)
    {
        if (node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } other
            || other.Expression is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name }
            || root.FindNode(diagnostic.AdditionalLocations[0].SourceSpan, getInnermostNodeForTie: true)
                is not InvocationExpressionSyntax chain)
        {
            return;
        }

        if (CanTakeOptions(chain) && StandardOptions.Map(other) is { } options)
        {
            Offer(context, diagnostic, $"Replace {name}() and keep its options", () =>
                Without(root.TrackNodes(other, chain), other, chain, options));
        }

        Offer(context, diagnostic, $"Remove {name}()", () => Without(root.TrackNodes(other), other, chain: null, options: null));
    }

    /// <summary>Whether it has neither options nor a section yet.</summary>
    private static bool CanTakeOptions(InvocationExpressionSyntax chain) =>
        BuilderCalls.NameOf(chain) switch
        {
            ChainCalls.AddResilience => chain.ArgumentList.Arguments.Count == 0,
            ChainCalls.AddResilientHttpClient => chain.ArgumentList.Arguments.Count == 1,
            _ => false,
        };

    private static SyntaxNode Without(
        SyntaxNode root, InvocationExpressionSyntax other, InvocationExpressionSyntax? chain, ArgumentSyntax? options)
    {
        if (chain is not null && root.GetCurrentNode(chain) is { } current)
        {
            root = root.ReplaceNode(
                current.ArgumentList,
                current.ArgumentList.AddArguments(options!).WithAdditionalAnnotations(Formatter.Annotation));
        }

        var call = root.GetCurrentNode(other)!;
        var receiver = ((MemberAccessExpressionSyntax)call.Expression).Expression;
        if (call.Parent is not ExpressionStatementSyntax statement || receiver is not IdentifierNameSyntax)
        {
            return root.ReplaceNode(call, receiver.WithTrailingTrivia(call.GetTrailingTrivia()));
        }

        SyntaxNode whole = statement.Parent is GlobalStatementSyntax top ? top : statement;
        return root.RemoveNode(whole, SyntaxRemoveOptions.KeepUnbalancedDirectives)!;
    }
}
