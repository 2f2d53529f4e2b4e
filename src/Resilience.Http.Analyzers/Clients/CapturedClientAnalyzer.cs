using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Resilience.Http.Analyzers.Registrations;

namespace Resilience.Http.Analyzers.Clients;

/// <summary>RHTTP004: a singleton or a hosted service gets a typed client in its constructor, and so keeps it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class CapturedClientAnalyzer() : ResilienceAnalyzer(Rules.CapturedClient)
{
    private protected override void Register(CompilationStartAnalysisContext context)
    {
        var clients = ResilientClients.In(context.Compilation, context.CancellationToken);
        context.RegisterOperationAction(operation => Analyze(operation, clients), OperationKind.Invocation);
    }

    private static void Analyze(OperationAnalysisContext context, Lazy<ResilientClients> clients)
    {
        var call = (IInvocationOperation)context.Operation;
        var method = call.TargetMethod;
        if (method is { Name: "AddSingleton" or "TryAddSingleton" or "AddHostedService", TypeArguments: { Length: > 0 } types }
            && method.ContainingNamespace.ToDisplayString().StartsWith("Microsoft.Extensions.DependencyInjection", StringComparison.Ordinal)
            && call.Arguments.Length == 1 // with a factory or an instance, the constructor is not chosen by the container
            && types[types.Length - 1] is INamedTypeSymbol singleton
            && OnlyConstructor(singleton) is { } constructor
            && constructor.Parameters.FirstOrDefault(parameter => IsShortLived(clients.Value.Find(parameter.Type), parameter.Type))
                is { } kept)
        {
            var name = (call.Syntax as InvocationExpressionSyntax)?.Expression is MemberAccessExpressionSyntax access
                ? access.Name.GetLocation()
                : call.Syntax.GetLocation();
            context.ReportDiagnostic(Diagnostic.Create(Rules.CapturedClient, name, singleton.Name, kept.Type.Name));
        }
    }

    /// <summary>Of several, the container may choose one without the client.</summary>
    private static IMethodSymbol? OnlyConstructor(INamedTypeSymbol type)
    {
        var constructors = type.InstanceConstructors.Where(static each => each.DeclaredAccessibility == Accessibility.Public).ToList();
        return constructors.Count == 1 ? constructors[0] : null;
    }

    /// <summary>A lifetime that was chosen for the handlers or the connections may be meant for a singleton.</summary>
    private static bool IsShortLived(TypedClient? client, ITypeSymbol type) =>
        client is { IsLongLived: false } && SymbolEqualityComparer.Default.Equals(client.Service, type);
}
