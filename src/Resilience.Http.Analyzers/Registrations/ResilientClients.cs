using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Resilience.Http.Analyzers.Registrations;

/// <summary>
/// The typed clients that this compilation registers with the chain. It is searched once, and only when a rule has a suspicion: the
/// registration stands in another file than the code that the rule looks at.
/// </summary>
internal sealed class ResilientClients
{
    private const string ConfigureDefaults = "ConfigureHttpClientDefaults";
    private const string AnyRegistration = "";

    /// <summary>Methods whose type arguments are the typed client and its implementation.</summary>
    private static readonly HashSet<string> Registrations = new(StringComparer.Ordinal)
    {
        "AddHttpClient", ChainCalls.AddResilientHttpClient, "AddTypedClient", "AddRefitClient", "AddRefitGeneratedClient",
    };

    private static readonly HashSet<string> LongLived = new(StringComparer.Ordinal)
    {
        "SetHandlerLifetime", "UseSocketsHttpHandler", "ConfigurePrimaryHttpMessageHandler",
    };

    private readonly Dictionary<ITypeSymbol, TypedClient> _clients = new(SymbolEqualityComparer.Default);

    /// <summary>Whether all clients have the chain, and whether they have that of another library.</summary>
    private bool _defaultsHaveChain;
    private bool _defaultsHaveOther;

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
            .ToLookup(static call => BuilderCalls.NameOf(call) switch
            {
                { } name when Registrations.Contains(name) => AnyRegistration,
                var name => name,
            });
#pragma warning disable RS1030 // Few calls are bound, and only after a suspicion.
        foreach (var call in calls[ConfigureDefaults])
        {
            found.AddDefaults(call, compilation.GetSemanticModel(call.SyntaxTree), cancellation);
        }

        foreach (var call in calls[AnyRegistration])
        {
            found.Add(call, compilation.GetSemanticModel(call.SyntaxTree), cancellation);
        }
#pragma warning restore RS1030

        return found;
    }

    private void AddDefaults(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellation)
    {
        InvocationExpressionSyntax[] inner = [.. call.ArgumentList.DescendantNodes().OfType<InvocationExpressionSyntax>()];
        _defaultsHaveOther |= inner.Any(ChainCalls.MayBeOther);
        _defaultsHaveChain |= inner.Any(each => ChainCalls.MayBeOwn(each) && IsOwn(each, model, cancellation));
    }

    private void Add(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellation)
    {
        if (model.GetSymbolInfo(call, cancellation).Symbol is not IMethodSymbol { TypeArguments: { Length: > 0 } types })
        {
            return;
        }

        var calls = BuilderCalls.OnSameBuilder(call, model, cancellation);
        var chain = ChainCalls.ChainIn(calls);
        if (chain is not null
            ? IsOwn(chain, model, cancellation)
            : _defaultsHaveChain && calls.All(static each => BuilderCalls.NameOf(each) != ChainCalls.RemoveResilience))
        {
            var client = new TypedClient(
                types[0],
                types.Last(),
                mayUsePolly: _defaultsHaveOther
                    || calls.Any(ChainCalls.MayBeOther) || calls.Any(each => AddsPollyHandler(each, model, cancellation)),
                isLongLived: calls.Any(static each => LongLived.Contains(BuilderCalls.NameOf(each) ?? "")));
            _clients[client.Service.OriginalDefinition] = client;
            _clients[client.Implementation.OriginalDefinition] = client;
        }
    }

    private static bool IsOwn(InvocationExpressionSyntax chain, SemanticModel model, CancellationToken cancellation) =>
        model.GetSymbolInfo(chain, cancellation).Symbol is IMethodSymbol method && ChainCalls.IsOwn(method);

    /// <summary>A handler whose type is not known here may use Polly too.</summary>
    private static bool AddsPollyHandler(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellation) =>
        BuilderCalls.NameOf(call) == "AddHttpMessageHandler"
        && (model.GetSymbolInfo(call, cancellation).Symbol is not IMethodSymbol { TypeArguments: { Length: 1 } types }
            || PollyUse.IsPossibleInHandler(types[0], cancellation));
}
