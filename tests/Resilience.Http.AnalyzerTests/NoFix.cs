using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Resilience.Http.AnalyzerTests;

/// <summary>For rules without a code fix.</summary>
public sealed class NoFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds => [];

    public override Task RegisterCodeFixesAsync(CodeFixContext context) => Task.CompletedTask;
}
