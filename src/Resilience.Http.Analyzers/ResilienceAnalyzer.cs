using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Resilience.Http.Analyzers;

/// <summary>One rule. It does nothing in generated code and in projects that do not use Resilience.Http.</summary>
internal abstract class ResilienceAnalyzer : DiagnosticAnalyzer
{
    private protected ResilienceAnalyzer(DiagnosticDescriptor rule) => SupportedDiagnostics = ImmutableArray.Create(rule);

    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    public sealed override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.HasResilience())
            {
                Register(start);
            }
        });
    }

    private protected abstract void Register(CompilationStartAnalysisContext context);
}
