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
            && ClientOf(attempt.Block, context, clients) is { } client)
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

    /// <summary>
    /// The resilient client that the block calls; <see langword="null"/> if there is none, or if anything else in the block could throw
    /// an exception of Polly: code of the user's, a callback, or a method of another package.
    /// </summary>
    private static ITypeSymbol? ClientOf(BlockSyntax block, SyntaxNodeAnalysisContext context, Lazy<ResilientClients> clients)
    {
        ITypeSymbol? client = null;
        if (block.DescendantNodes().OfType<AnonymousFunctionExpressionSyntax>().Any())
        {
            return null;
        }

        foreach (var call in block.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (context.SemanticModel.GetSymbolInfo(call, context.CancellationToken).Symbol is not IMethodSymbol method)
            {
                return null;
            }

            if (Called(call, method, context, clients) is { } called)
            {
                client = called;
            }
            else if (!IsOfThePlatform(method) || method.SendsRequest())
            {
                return null;
            }
        }

        return client;
    }

    /// <summary>The resilient client whose method this is, or inside which the HttpClient is called.</summary>
    private static ITypeSymbol? Called(
        InvocationExpressionSyntax call, IMethodSymbol method, SyntaxNodeAnalysisContext context, Lazy<ResilientClients> clients)
    {
        var type = method.SendsRequest()
            ? context.ContainingSymbol?.ContainingType
            : call.Expression is MemberAccessExpressionSyntax access
                ? context.SemanticModel.GetTypeInfo(access.Expression, context.CancellationToken).Type
                : null;
        return clients.Value.Find(type) is { HasOtherChain: false } client && !UsesPolly(client.Implementation) ? type : null;
    }

    /// <summary>A client that has a policy or a pipeline of its own may throw what Polly throws.</summary>
    private static bool UsesPolly(ITypeSymbol client) => client.GetMembers().Any(static member => member switch
    {
        IFieldSymbol field => IsPolly(field.Type),
        IPropertySymbol property => IsPolly(property.Type),
        IMethodSymbol method => method.Parameters.Any(static parameter => IsPolly(parameter.Type)),
        _ => false,
    });

    private static bool IsPolly(ITypeSymbol type) => type.ContainingNamespace?.ToDisplayString() is { } name
        && (name == "Polly" || name.StartsWith("Polly.", StringComparison.Ordinal));

    private static bool IsOfThePlatform(IMethodSymbol method) => method.ContainingNamespace.ToDisplayString() is { } name
        && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal));
}
