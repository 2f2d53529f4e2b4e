using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Resilience.Http.Analyzers.CodeFixes;

/// <summary>A code fix that does one thing for one rule.</summary>
internal abstract class SingleFix : CodeFixProvider
{
    private protected SingleFix(string id) => FixableDiagnosticIds = ImmutableArray.Create(id);

    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var diagnostic = context.Diagnostics[0];
        if (root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is { } node)
        {
            Register(context, root, node, diagnostic);
        }
    }

    private protected abstract void Register(CodeFixContext context, SyntaxNode root, SyntaxNode node, Diagnostic diagnostic);

    private protected static void Offer(CodeFixContext context, Diagnostic diagnostic, string title, Func<SyntaxNode> fixedRoot) =>
        context.RegisterCodeFix(
            CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(fixedRoot())), equivalenceKey: title),
            diagnostic);
}
