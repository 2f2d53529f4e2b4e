using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Resilience.Http.Analyzers.Registrations;

/// <summary>
/// The typed clients that this compilation registers with the chain. It is searched once, and only when a rule has a suspicion: the
/// registration stands in another file than the code that the rule looks at.
/// </summary>
internal sealed class ResilientClients
{
    private const string AddHttpClient = "AddHttpClient";
    private const string ConfigureDefaults = "ConfigureHttpClientDefaults";

    private static readonly HashSet<string> LongLived = new(StringComparer.Ordinal)
    {
        "SetHandlerLifetime", "UseSocketsHttpHandler", "ConfigurePrimaryHttpMessageHandler",
    };

    private readonly Dictionary<ITypeSymbol, TypedClient> _clients = new(SymbolEqualityComparer.Default);

    private ResilientClients()
    {
    }

    public static Lazy<ResilientClients> In(Compilation compilation, CancellationToken cancellation) =>
        new(() => Search(compilation, cancellation), LazyThreadSafetyMode.PublicationOnly); // a cancelled search is not kept

    /// <summary>The client of this type, which is registered or implements what is; <see langword="null"/> if it has no chain.</summary>
    public TypedClient? Find(ITypeSymbol? type) =>
        type is not null && _clients.TryGetValue(type.OriginalDefinition, out var client) ? client : null;

    private static ResilientClients Search(Compilation compilation, CancellationToken cancellation)
    {
        var found = new ResilientClients();
        var calls = compilation.SyntaxTrees
            .SelectMany(tree => tree.GetRoot(cancellation).DescendantNodes().OfType<InvocationExpressionSyntax>())
            .Where(static call => BuilderCalls.NameOf(call) is AddHttpClient or ChainCalls.AddResilientHttpClient or ConfigureDefaults)
            .ToList();
        var defaults = calls.Any(static call => BuilderCalls.NameOf(call) == ConfigureDefaults && call.ArgumentList.DescendantNodes()
            .OfType<InvocationExpressionSyntax>().Any(static inner => BuilderCalls.NameOf(inner) == ChainCalls.AddResilience));
        foreach (var call in calls)
        {
#pragma warning disable RS1030 // Few calls are bound, and only after a suspicion.
            found.Add(call, compilation.GetSemanticModel(call.SyntaxTree), defaults, cancellation);
#pragma warning restore RS1030
        }

        return found;
    }

    private void Add(InvocationExpressionSyntax call, SemanticModel model, bool defaults, CancellationToken cancellation)
    {
        if (model.GetSymbolInfo(call, cancellation).Symbol is not IMethodSymbol { TypeArguments: { Length: > 0 } types })
        {
            return;
        }

        var calls = BuilderCalls.OnSameBuilder(call, model, cancellation);
        var isOwn = BuilderCalls.NameOf(call) == ChainCalls.AddResilientHttpClient || defaults
            ? calls.All(static each => BuilderCalls.NameOf(each) != ChainCalls.RemoveResilience)
            : ChainCalls.ChainIn(calls) is not null;
        if (isOwn)
        {
            var client = new TypedClient(
                types[0],
                types.Last(),
                hasOtherChain: calls.Any(ChainCalls.MayBeOther),
                isLongLived: calls.Any(static each => LongLived.Contains(BuilderCalls.NameOf(each) ?? "")));
            _clients[client.Service.OriginalDefinition] = client;
            _clients[client.Implementation.OriginalDefinition] = client;
        }
    }
}
