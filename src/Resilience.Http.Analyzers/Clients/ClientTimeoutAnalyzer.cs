using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Resilience.Http.Analyzers.Registrations;

namespace Resilience.Http.Analyzers.Clients;

/// <summary>RHTTP005: a typed client sets HttpClient.Timeout in its constructor.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class ClientTimeoutAnalyzer() : ResilienceAnalyzer(Rules.ClientTimeout)
{
    private protected override void Register(CompilationStartAnalysisContext context)
    {
        var clients = ResilientClients.In(context.Compilation, context.CancellationToken);
        context.RegisterOperationAction(operation => Analyze(operation, clients), OperationKind.SimpleAssignment);
    }

    private static void Analyze(OperationAnalysisContext context, Lazy<ResilientClients> clients)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        if (assignment.Target is IPropertyReferenceOperation { Property.Name: "Timeout" } target
            && target.Property.ContainingType.Is(Symbols.HttpClient)
            && IsInjected(target.Instance)
            && context.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor
            && !IsInfinite(assignment.Value)
            && clients.Value.Find(constructor.ContainingType) is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.ClientTimeout, assignment.Syntax.GetLocation(), constructor.ContainingType.Name));
        }
    }

    /// <summary>Another HttpClient, which the constructor creates for itself, has no chain.</summary>
    private static bool IsInjected(IOperation? client) => client switch
    {
        IParameterReferenceOperation => true,
        IFieldReferenceOperation { Instance: IInstanceReferenceOperation } => true,
        IPropertyReferenceOperation { Instance: IInstanceReferenceOperation } => true,
        _ => false,
    };

    /// <summary>Harmless: the chain sets the timeout.</summary>
    private static bool IsInfinite(IOperation value) =>
        value is IFieldReferenceOperation { Field.Name: nameof(Timeout.InfiniteTimeSpan) };
}
