using System.Globalization;
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
            && context.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor
            && !IsInfinite(assignment.Value)
            && InjectedClient.Is(target.Instance, context.CancellationToken)
            && clients.Value.Find(constructor.ContainingType) is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.ClientTimeout, assignment.Syntax.GetLocation(), constructor.ContainingType.Name));
        }
    }

    /// <summary>Harmless: the chain sets the timeout.</summary>
    private static bool IsInfinite(IOperation value) => value switch
    {
        IMemberReferenceOperation { Member.Name: var name } => name.IndexOf("Infinite", StringComparison.OrdinalIgnoreCase) >= 0,
        IInvocationOperation { TargetMethod.Name: nameof(TimeSpan.FromMilliseconds), Arguments: { Length: 1 } arguments } =>
            Convert.ToDouble(arguments[0].Value.ConstantValue.Value ?? 0, CultureInfo.InvariantCulture) == Timeout.Infinite,
        _ => false,
    };
}
