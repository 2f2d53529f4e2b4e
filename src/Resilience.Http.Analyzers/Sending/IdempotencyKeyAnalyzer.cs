using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Resilience.Http.Analyzers.Sending;

/// <summary>RHTTP008: AllowRetry() on a POST or PATCH that is created here without an idempotency key.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class IdempotencyKeyAnalyzer() : ResilienceAnalyzer(Rules.NoIdempotencyKey)
{
    private protected override void Register(CompilationStartAnalysisContext context) =>
        context.RegisterOperationBlockAction(Analyze);

    private static void Analyze(OperationBlockAnalysisContext context)
    {
        foreach (var block in context.OperationBlocks)
        {
            foreach (var call in block.Descendants().OfType<IInvocationOperation>().Where(IsAllowRetry))
            {
                if (UnsafeMethodOf(call, block) is { } method && !NamesAKey(block))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rules.NoIdempotencyKey, call.Syntax.GetLocation(), method));
                }
            }
        }
    }

    private static bool IsAllowRetry(IInvocationOperation call) =>
        call.TargetMethod.Name == "AllowRetry" && call.TargetMethod.ContainingType.Is(Symbols.RequestExtensions);

    /// <summary>The key may also come from a helper: whatever names one in this method counts.</summary>
    private static bool NamesAKey(IOperation block) =>
        block.Syntax.Parent?.ToString().IndexOf("idempot", StringComparison.OrdinalIgnoreCase) >= 0;

    /// <summary><see langword="null"/> if it is not unsafe, or not known here, or if the request also goes elsewhere.</summary>
    private static string? UnsafeMethodOf(IInvocationOperation call, IOperation block)
    {
        var request = Innermost(call.Arguments[0].Value);
        if (Send.VariableOf(request) is { } variable)
        {
            if (GoesElsewhere(variable, block))
            {
                return null;
            }

            request = block.Descendants().OfType<IVariableDeclaratorOperation>()
                .FirstOrDefault(declarator => SymbolEqualityComparer.Default.Equals(declarator.Symbol, variable))
                ?.GetVariableInitializer()?.Value is { } value
                    ? Innermost(value)
                    : request;
        }

        return request is IObjectCreationOperation { Arguments: { Length: > 0 } arguments } creation
            && creation.Type.Is(Symbols.HttpRequestMessage)
            && arguments[0].Value is IPropertyReferenceOperation { Property: { Name: "Post" or "Patch" } property }
            && property.ContainingType.Is(Symbols.HttpMethod)
                ? property.Name.ToUpperInvariant()
                : null;
    }

    /// <summary>The request that calls such as <c>WithTotalTimeout(...)</c> return as it is.</summary>
    private static IOperation Innermost(IOperation value) => value switch
    {
        IConversionOperation { IsImplicit: true } conversion => Innermost(conversion.Operand),
        IInvocationOperation { Arguments: { Length: > 0 } arguments } call
            when call.TargetMethod.ContainingType.Is(Symbols.RequestExtensions) => Innermost(arguments[0].Value),
        _ => value,
    };

    /// <summary>Whether one of the user's methods gets the request: it may set the header.</summary>
    private static bool GoesElsewhere(ISymbol variable, IOperation block) => block.Descendants()
        .OfType<IArgumentOperation>()
        .Any(argument => Send.VariableOf(argument.Value) is { } passed
            && SymbolEqualityComparer.Default.Equals(passed, variable)
            && argument.Parent is IInvocationOperation { TargetMethod: var method }
            && !method.SendsRequest()
            && !method.ContainingType.Is(Symbols.RequestExtensions));
}
