using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Resilience.Http.Analyzers.Registrations;

/// <summary>Whether the calls on a builder put the chain of Resilience.Http, or that of another library, into the client.</summary>
internal static class ChainCalls
{
    public const string AddResilience = "AddResilience";
    public const string AddResilientHttpClient = "AddResilientHttpClient";
    public const string AddResilienceFromStandardHandler = "AddResilienceFromStandardHandler";
    public const string RemoveResilience = "RemoveResilience";

    private static readonly HashSet<string> Others = new(StringComparer.Ordinal)
    {
        "AddStandardResilienceHandler", "AddStandardHedgingHandler", "AddResilienceHandler", "AddPolicyHandler",
        "AddPolicyHandlerFromRegistry", "AddTransientHttpErrorPolicy",
    };

    /// <summary>The call that puts the chain in last and is not followed by one that takes it out.</summary>
    public static InvocationExpressionSyntax? ChainIn(IReadOnlyList<InvocationExpressionSyntax> calls)
    {
        InvocationExpressionSyntax? chain = null;
        foreach (var call in calls)
        {
            chain = BuilderCalls.NameOf(call) switch
            {
                AddResilience or AddResilientHttpClient or AddResilienceFromStandardHandler => call,
                RemoveResilience => null,
                _ => chain,
            };
        }

        return chain;
    }

    public static bool MayBeOwn(InvocationExpressionSyntax call) =>
        BuilderCalls.NameOf(call) is AddResilience or AddResilienceFromStandardHandler;

    public static bool MayBeOther(InvocationExpressionSyntax call) => BuilderCalls.NameOf(call) is { } name && Others.Contains(name);

    /// <summary>Whether this is really a method of the other library, and not one of the user's with the same name.</summary>
    public static bool IsOther(IMethodSymbol method) =>
        Others.Contains(method.Name)
        && method.ContainingAssembly?.Name is "Microsoft.Extensions.Http.Resilience" or "Microsoft.Extensions.Http.Polly";

    /// <summary>Whether the client has its chain from Resilience.Http, by the symbols.</summary>
    public static bool IsOwn(IMethodSymbol method) => method.ContainingAssembly?.Name == "Resilience.Http";
}
