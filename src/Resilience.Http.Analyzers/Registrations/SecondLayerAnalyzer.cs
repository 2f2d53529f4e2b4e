using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Resilience.Http.Analyzers.Registrations;

/// <summary>RHTTP001: a second resilience chain on the same builder.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class SecondLayerAnalyzer() : ResilienceAnalyzer(Rules.SecondLayer)
{
    private protected override void Register(CompilationStartAnalysisContext context) =>
        context.RegisterSyntaxNodeAction(Analyze, SyntaxKind.InvocationExpression);

    private static void Analyze(SyntaxNodeAnalysisContext context)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        if (!ChainCalls.MayBeOther(call)
            || context.SemanticModel.GetSymbolInfo(call, context.CancellationToken).Symbol is not IMethodSymbol method
            || !ChainCalls.IsOther(method))
        {
            return;
        }

        var calls = BuilderCalls.OnSameBuilder(call, context.SemanticModel, context.CancellationToken);
        if (ChainCalls.ChainIn(calls) is { } chain
            && context.SemanticModel.GetSymbolInfo(chain, context.CancellationToken).Symbol is IMethodSymbol own
            && ChainCalls.IsOwn(own)
            && !TurnsRetriesOff(chain)
            && !AreRemoved(call, calls))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.SecondLayer,
                (call.Expression as MemberAccessExpressionSyntax)?.Name.GetLocation() ?? call.GetLocation(),
                [chain.GetLocation()],
                method.Name));
        }
    }

    /// <summary>The ways out that the warning at run time names: no retries here, ...</summary>
    private static bool TurnsRetriesOff(InvocationExpressionSyntax chain) => chain.ArgumentList.DescendantNodes()
        .OfType<AssignmentExpressionSyntax>()
        .Any(static assignment => assignment.Left is MemberAccessExpressionSyntax target && target.Name.Identifier.ValueText switch
        {
            "Enabled" => IsRetryOrWhole(target.Expression) && !assignment.Right.IsKind(SyntaxKind.TrueLiteralExpression),
            "MaxRetries" => assignment.Right is not LiteralExpressionSyntax { Token.ValueText: not "0" },
            _ => false,
        });

    private static bool IsRetryOrWhole(ExpressionSyntax options) =>
        options is IdentifierNameSyntax or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Retry" };

    /// <summary>... or no handlers there.</summary>
    private static bool AreRemoved(InvocationExpressionSyntax call, IReadOnlyList<InvocationExpressionSyntax> calls) => calls
        .SkipWhile(each => each != call)
        .Any(static each => BuilderCalls.NameOf(each) == "RemoveAllResilienceHandlers");
}
