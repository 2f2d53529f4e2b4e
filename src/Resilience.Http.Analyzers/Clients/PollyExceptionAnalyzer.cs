using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Resilience.Http.Analyzers.Registrations;

namespace Resilience.Http.Analyzers.Clients;

/// <summary>RHTTP003: a catch of an exception of Polly around calls of a resilient client, which throws others.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class PollyExceptionAnalyzer() : ResilienceAnalyzer(Rules.PollyException)
{
    /// <summary>The exception to catch, for the code fix.</summary>
    internal const string Replacement = nameof(Replacement);

    private static readonly Dictionary<string, string> ThrownHere = new(StringComparer.Ordinal)
    {
        ["Polly.CircuitBreaker.BrokenCircuitException"] = "CircuitOpenException",
        ["Polly.CircuitBreaker.IsolatedCircuitException"] = "CircuitOpenException",
        ["Polly.Timeout.TimeoutRejectedException"] = "RequestTimedOutException",
        ["Polly.RateLimiting.RateLimiterRejectedException"] = "LimitExceededException",
    };

    private protected override void Register(CompilationStartAnalysisContext context)
    {
        var clients = ResilientClients.In(context.Compilation, context.CancellationToken);
        context.RegisterSyntaxNodeAction(node => Analyze(node, clients), SyntaxKind.CatchDeclaration);
    }

    private static void Analyze(SyntaxNodeAnalysisContext context, Lazy<ResilientClients> clients)
    {
        var caught = (CatchDeclarationSyntax)context.Node;
        if (context.SemanticModel.GetTypeInfo(caught.Type, context.CancellationToken).Type is { } exception
            && ThrownHere.TryGetValue(exception.ToDisplayString(), out var replacement)
            && caught.Parent is CatchClauseSyntax { Parent: TryStatementSyntax attempt }
            && ClientIn(attempt.Block, context, clients) is { } client)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.PollyException,
                caught.Type.GetLocation(),
                ImmutableDictionary<string, string?>.Empty.Add(Replacement, replacement),
                client.Name,
                exception.Name,
                replacement));
        }
    }

    private static ITypeSymbol? ClientIn(BlockSyntax block, SyntaxNodeAnalysisContext context, Lazy<ResilientClients> clients) =>
        new TryBlock(block, context.SemanticModel, context.ContainingSymbol?.ContainingType, clients.Value, context.CancellationToken)
            .FindOnlyClient();
}
