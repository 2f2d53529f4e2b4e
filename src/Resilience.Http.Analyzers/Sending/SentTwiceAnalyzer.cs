using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Resilience.Http.Analyzers.Sending;

/// <summary>RHTTP006: one request, or one content whose stream cannot be read again, is sent twice.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class SentTwiceAnalyzer() : ResilienceAnalyzer(Rules.SentTwice)
{
    private protected override void Register(CompilationStartAnalysisContext context) =>
        context.RegisterOperationBlockAction(Analyze);

    private static void Analyze(OperationBlockAnalysisContext context)
    {
        foreach (var block in context.OperationBlocks)
        {
            var sends = block.Descendants().OfType<IInvocationOperation>().Select(Send.From).OfType<Send>().ToLookup(
                static send => send.Variable, SymbolEqualityComparer.Default);
            foreach (var same in sends.Where(same => !IsAssigned(same.Key!, block)))
            {
                Report(context, [.. same], block);
            }
        }
    }

    private static void Report(OperationBlockAnalysisContext context, IReadOnlyList<Send> sends, IOperation block)
    {
        var repeated = sends.FirstOrDefault(later => sends.Any(earlier => earlier.Precedes(later)))
            ?? sends.FirstOrDefault(send => send.IsRepeatedByLoop);
        if (repeated is not null && (repeated.IsRequest || OneTimeContent.IsHeldBy(repeated.Variable, block)))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.SentTwice, repeated.Argument.Syntax.GetLocation(), repeated.Variable.Name, repeated.IsRequest
                    ? "request"
                    : "content"));
        }
    }

    /// <summary>Whether the variable may hold another object later.</summary>
    private static bool IsAssigned(ISymbol variable, IOperation block) => block.Descendants().Any(operation => operation switch
    {
        IAssignmentOperation { Target: { } target } => Send.VariableOf(target) is { } assigned && Same(assigned, variable),
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument =>
            Send.VariableOf(argument.Value) is { } passed && Same(passed, variable),
        _ => false,
    });

    private static bool Same(ISymbol one, ISymbol other) => SymbolEqualityComparer.Default.Equals(one, other);
}
