using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Resilience.Http.Analyzers.Registrations;

/// <summary>The calls on one IHttpClientBuilder: those of a fluent expression, and the statements on the variable that holds it.</summary>
internal static class BuilderCalls
{
    /// <summary>The calls of the fluent expression that this call is a part of, first to last.</summary>
    public static IReadOnlyList<InvocationExpressionSyntax> InExpression(InvocationExpressionSyntax call)
    {
        var calls = new List<InvocationExpressionSyntax>();
        ExpressionSyntax? current = Outermost(call);
        while (current is InvocationExpressionSyntax invocation)
        {
            calls.Insert(0, invocation);
            current = Receiver(invocation);
        }

        return calls;
    }

    /// <summary>
    /// Those of the same expression and, if a variable that is never assigned again holds the builder, of the other statements of its
    /// block. Statements in an <c>if</c> are left out: they may exclude each other.
    /// </summary>
    public static IReadOnlyList<InvocationExpressionSyntax> OnSameBuilder(
        InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellation)
    {
        var own = InExpression(call);
        if (VariableOf(own, model, cancellation) is not { } variable
            || call.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || IsAssigned(variable, BlockOf(statement)))
        {
            return own;
        }

        InvocationExpressionSyntax[] all =
        [
            .. from sibling in Statements(BlockOf(statement))
               from first in sibling.DescendantNodes(static node => node is not AnonymousFunctionExpressionSyntax and not BlockSyntax)
                   .OfType<InvocationExpressionSyntax>()
               where Outermost(first) == first
               let calls = InExpression(first)
               where SymbolEqualityComparer.Default.Equals(VariableOf(calls, model, cancellation), variable)
               from each in calls
               select each,
        ];
        return all.Contains(call) ? all : own; // the lambda of an expression has no statements of its own
    }

    public static string? NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        _ => null,
    };

    private static ExpressionSyntax? Receiver(InvocationExpressionSyntax call) =>
        (call.Expression as MemberAccessExpressionSyntax)?.Expression;

    private static InvocationExpressionSyntax Outermost(InvocationExpressionSyntax call)
    {
        while (call.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax next })
        {
            call = next;
        }

        return call;
    }

    /// <summary>The variable on which the calls are made, or to which their result is assigned.</summary>
    private static ISymbol? VariableOf(
        IReadOnlyList<InvocationExpressionSyntax> calls, SemanticModel model, CancellationToken cancellation)
    {
        if (calls.Count == 0)
        {
            return null;
        }

        var variable = calls[calls.Count - 1].Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator }
            ? model.GetDeclaredSymbol(declarator, cancellation)
            : Receiver(calls[0]) is IdentifierNameSyntax name ? model.GetSymbolInfo(name, cancellation).Symbol : null;
        var type = (variable as ILocalSymbol)?.Type ?? (variable as IParameterSymbol)?.Type;
        return type?.Name == "IHttpClientBuilder" ? variable : null;
    }

    private static bool IsAssigned(ISymbol variable, SyntaxNode block) => block.DescendantNodes()
        .OfType<AssignmentExpressionSyntax>()
        .Any(assignment => assignment.Left is IdentifierNameSyntax name && name.Identifier.ValueText == variable.Name);

    private static SyntaxNode BlockOf(StatementSyntax statement) =>
        statement.Parent is GlobalStatementSyntax top ? top.Parent! : statement.Parent!;

    private static IEnumerable<StatementSyntax> Statements(SyntaxNode block) => block switch
    {
        BlockSyntax { Statements: var statements } => statements.Where(IsSimple),
        CompilationUnitSyntax unit => unit.Members.OfType<GlobalStatementSyntax>().Select(static top => top.Statement).Where(IsSimple),
        _ => [],
    };

    private static bool IsSimple(StatementSyntax statement) =>
        statement.Kind() is SyntaxKind.ExpressionStatement or SyntaxKind.LocalDeclarationStatement or SyntaxKind.ReturnStatement;
}
