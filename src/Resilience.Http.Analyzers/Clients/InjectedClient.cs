using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Resilience.Http.Analyzers.Clients;

/// <summary>
/// Whether an HttpClient is the one that a typed client gets in its constructor. Another one, which the typed client creates, asks of a
/// factory or gets with a call, may have no chain.
/// </summary>
internal static class InjectedClient
{
    /// <summary>A property may read a field, which holds the parameter.</summary>
    private const int MaxSteps = 3;

    /// <summary>The HttpClient on which a method, or an extension method, is called.</summary>
    public static bool IsReceiverOf(IInvocationOperation call, CancellationToken cancellation) =>
        Is(call.Instance ?? (call.Arguments.Length > 0 ? call.Arguments[0].Value : null), cancellation);

    public static bool Is(IOperation? client, CancellationToken cancellation) => client switch
    {
        IConversionOperation { IsImplicit: true } conversion => Is(conversion.Operand, cancellation),
        IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } => true,
        IMemberReferenceOperation { Instance: IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } }
            reference => HoldsParameter(reference.Member, MaxSteps, cancellation),
        _ => false,
    };

    /// <summary>Whether everything that the field or property ever holds is a parameter of a constructor.</summary>
    private static bool HoldsParameter(ISymbol member, int steps, CancellationToken cancellation)
    {
        var values = member.ContainingType.DeclaringSyntaxReferences
            .SelectMany(type => type.GetSyntax(cancellation).DescendantNodes())
            .Select(node => ValueOf(node, member.Name))
            .OfType<ExpressionSyntax>()
            .ToList();
        return steps > 0 && values.Count > 0 && values.All(value => Innermost(value) is IdentifierNameSyntax name
            && IsParameterOrHoldsOne(member.ContainingType, name.Identifier.ValueText, steps - 1, cancellation));
    }

    private static bool IsParameterOrHoldsOne(INamedTypeSymbol type, string name, int steps, CancellationToken cancellation) =>
        IsParameter(type, name)
        || (type.GetMembers(name).FirstOrDefault(static each => each is IFieldSymbol or IPropertySymbol) is { } member
            && HoldsParameter(member, steps, cancellation));

    private static bool IsParameter(INamedTypeSymbol type, string name) => type.InstanceConstructors
        .SelectMany(static constructor => constructor.Parameters)
        .Any(parameter => parameter.Name == name && parameter.Type.Is(Symbols.HttpClient));

    /// <summary>What this node gives to the field or property.</summary>
    private static ExpressionSyntax? ValueOf(SyntaxNode node, string member) => node switch
    {
        VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax, Initializer.Value: var value } field
            when field.Identifier.ValueText == member => value,
        PropertyDeclarationSyntax property when property.Identifier.ValueText == member =>
            property.Initializer?.Value ?? property.ExpressionBody?.Expression,
        AssignmentExpressionSyntax { Left: TupleExpressionSyntax targets, Right: TupleExpressionSyntax values } =>
            targets.Arguments.IndexOf(target => Names(target.Expression, member)) is var index and >= 0
                ? values.Arguments[index].Expression
                : null,
        AssignmentExpressionSyntax { Left: var target, Right: var value } when Names(target, member) => value,
        _ => null,
    };

    private static bool Names(ExpressionSyntax target, string member) => target switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText == member,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var name } => name.Identifier.ValueText == member,
        _ => false,
    };

    /// <summary>Without <c>?? throw ...</c> and <c>!</c>.</summary>
    private static ExpressionSyntax Innermost(ExpressionSyntax value) => value switch
    {
        ParenthesizedExpressionSyntax inner => Innermost(inner.Expression),
        PostfixUnaryExpressionSyntax inner => Innermost(inner.Operand),
        BinaryExpressionSyntax either when either.IsKind(SyntaxKind.CoalesceExpression) => Innermost(either.Left),
        _ => value,
    };
}
