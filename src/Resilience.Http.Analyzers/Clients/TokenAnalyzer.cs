using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Resilience.Http.Analyzers.Registrations;

namespace Resilience.Http.Analyzers.Clients;

/// <summary>RHTTP007: a method of a typed client has a CancellationToken and sends without one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class TokenAnalyzer() : ResilienceAnalyzer(Rules.TokenNotPassed)
{
    /// <summary>The argument to add, for the code fix.</summary>
    internal const string Argument = nameof(Argument);

    private protected override void Register(CompilationStartAnalysisContext context)
    {
        var clients = ResilientClients.In(context.Compilation, context.CancellationToken);
        context.RegisterOperationAction(operation => Analyze(operation, clients), OperationKind.Invocation);
    }

    private static void Analyze(OperationAnalysisContext context, Lazy<ResilientClients> clients)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.SendsRequest()
            && context.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Ordinary } method
            && !IsInFunction(call)
            && !GetsTokenLater(call)
            && OnlyToken(method) is { } token
            && MissingParameter(call) is { } missing
            && InjectedClient.IsReceiverOf(call, context.CancellationToken)
            && clients.Value.Find(method.ContainingType) is not null)
        {
            var written = call.Arguments.Count(static argument => argument.ArgumentKind == ArgumentKind.Explicit);
            var isNext = missing.Ordinal == written;
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.TokenNotPassed,
                call.Syntax.GetLocation(),
                ImmutableDictionary<string, string?>.Empty
                    .Add(Argument, isNext ? token.Name : $"{missing.Name}: {token.Name}"),
                call.TargetMethod.Name,
                token.Name));
        }
    }

    private static bool IsToken(IParameterSymbol parameter) => parameter.Type.Is(Symbols.CancellationToken);

    private static IParameterSymbol? OnlyToken(IMethodSymbol method) =>
        method.Parameters.Count(IsToken) == 1 ? method.Parameters.First(IsToken) : null;

    /// <summary>A lambda may run later, when the caller's token is not meant any more.</summary>
    private static bool IsInFunction(IOperation operation)
    {
        for (var outer = operation.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An asynchronous sequence begins its request with the token of its reader.</summary>
    private static bool GetsTokenLater(IInvocationOperation call) => call.Syntax.Parent is MemberAccessExpressionSyntax
    {
        Name.Identifier.ValueText: "WithCancellation",
    };

    /// <summary>
    /// The parameter for a token that the call leaves to its default, or that another overload with the same parameters has;
    /// <see langword="null"/> if the call passes a token, also <c>CancellationToken.None</c>.
    /// </summary>
    private static IParameterSymbol? MissingParameter(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (method.Parameters.FirstOrDefault(IsToken) is { } own)
        {
            return call.Arguments.Any(argument =>
                argument.ArgumentKind == ArgumentKind.DefaultValue && argument.Parameter?.Ordinal == own.Ordinal) ? own : null;
        }

        var parameters = method.Parameters;
        return method.ContainingType.GetMembers(method.Name)
            .OfType<IMethodSymbol>()
            .Where(other => other.Parameters.Length == parameters.Length + 1
                && IsToken(other.Parameters[parameters.Length])
                && parameters.All(parameter => SymbolEqualityComparer.Default.Equals(
                    parameter.Type, other.Parameters[parameter.Ordinal].Type)))
            .Select(static other => other.Parameters[other.Parameters.Length - 1])
            .FirstOrDefault();
    }
}
