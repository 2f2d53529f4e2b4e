using Microsoft.CodeAnalysis;

namespace Resilience.Http.Analyzers.Registrations;

/// <summary>A typed client with the chain.</summary>
/// <param name="service">The type that is injected.</param>
/// <param name="implementation">The type that gets the HttpClient; may be the same.</param>
/// <param name="mayUsePolly">Whether the client also has the chain of another library, or a handler that may use Polly.</param>
/// <param name="isLongLived">Whether the registration chooses the lifetime of its handlers or connections.</param>
internal sealed class TypedClient(ITypeSymbol service, ITypeSymbol implementation, bool mayUsePolly, bool isLongLived)
{
    public ITypeSymbol Service { get; } = service;

    public ITypeSymbol Implementation { get; } = implementation;

    public bool MayUsePolly { get; } = mayUsePolly;

    public bool IsLongLived { get; } = isLongLived;
}
