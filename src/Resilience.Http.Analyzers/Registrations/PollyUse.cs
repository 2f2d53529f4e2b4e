using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Resilience.Http.Analyzers.Registrations;

/// <summary>Whether code may throw exceptions of Polly by itself, without the chain of another library.</summary>
internal static class PollyUse
{
    /// <summary>
    /// A typed client with a policy or pipeline, or one that depends on another service of the user: that one may use Polly.
    /// </summary>
    public static bool IsPossibleIn(TypedClient client, ResilientClients clients, CancellationToken cancellation) =>
        client.MayUsePolly
        || IsPossibleIn(client.Implementation, cancellation)
        || Dependencies(client.Implementation).Any(type => clients.Find(type) is null && IsService(type));

    /// <summary>A handler inside the chain.</summary>
    public static bool IsPossibleInHandler(ITypeSymbol handler, CancellationToken cancellation) =>
        IsPossibleIn(handler, cancellation) || Dependencies(handler).Any(IsService);

    /// <summary>In its members and base classes, and in what it executes.</summary>
    private static bool IsPossibleIn(ITypeSymbol type, CancellationToken cancellation)
    {
        for (var each = type; each is { SpecialType: SpecialType.None }; each = each.BaseType)
        {
            if (UsesPolly(each) || each.GetMembers().Any(IsPolly) || Executes(each, cancellation))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPolly(ISymbol member) => member switch
    {
        IFieldSymbol field => IsPolly(field.Type),
        IPropertySymbol property => IsPolly(property.Type),
        IMethodSymbol method => method.Parameters.Any(static parameter => IsPolly(parameter.Type)),
        _ => false,
    };

    private static bool IsPolly(ITypeSymbol type) => type.ContainingNamespace?.ToDisplayString() is { } name
        && (name == "Polly" || name.StartsWith("Polly.", StringComparison.Ordinal));

    /// <summary>Whether it comes from a package that uses Polly.</summary>
    private static bool UsesPolly(ITypeSymbol type) => type.DeclaringSyntaxReferences.Length == 0
        && type.ContainingAssembly?.Modules
            .SelectMany(static module => module.ReferencedAssemblies)
            .Any(static assembly => assembly.Name is "Polly" or "Polly.Core") == true;

    /// <summary>Policies and pipelines of other classes are used by Execute, ExecuteAsync and so on.</summary>
    private static bool Executes(ITypeSymbol type, CancellationToken cancellation) => type.DeclaringSyntaxReferences
        .SelectMany(part => part.GetSyntax(cancellation).DescendantNodes().OfType<InvocationExpressionSyntax>())
        .Any(static call => BuilderCalls.NameOf(call)?.StartsWith("Execute", StringComparison.Ordinal) == true);

    private static IEnumerable<ITypeSymbol> Dependencies(ITypeSymbol client) => client is INamedTypeSymbol { InstanceConstructors: var all }
        ? all.SelectMany(static constructor => constructor.Parameters).Select(static parameter => parameter.Type)
        : [];

    /// <summary>A type that does something, unlike options and other data. Those of the platform do not use Polly.</summary>
    private static bool IsService(ITypeSymbol type) => UsesPolly(type) || (type.DeclaringSyntaxReferences.Length > 0
        && type.GetMembers().Concat(type.AllInterfaces.SelectMany(static each => each.GetMembers()))
            .OfType<IMethodSymbol>().Any(static method => method.ReturnType.IsAwaited()));
}
