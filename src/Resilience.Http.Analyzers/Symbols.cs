using Microsoft.CodeAnalysis;

namespace Resilience.Http.Analyzers;

/// <summary>Questions about symbols that several rules ask.</summary>
internal static class Symbols
{
    public const string HttpClient = "System.Net.Http.HttpClient";
    public const string HttpRequestMessage = "System.Net.Http.HttpRequestMessage";
    public const string HttpMethod = "System.Net.Http.HttpMethod";
    public const string JsonExtensions = "System.Net.Http.Json.HttpClientJsonExtensions";
    public const string RequestExtensions = "System.Net.Http.ResilienceRequestExtensions";
    public const string CancellationToken = "System.Threading.CancellationToken";

    private static readonly string[] Verbs = ["Send", "Get", "Post", "Put", "Patch", "Delete"];

    /// <summary>Whether the project uses Resilience.Http at all.</summary>
    public static bool HasResilience(this Compilation compilation) =>
        compilation.GetTypeByMetadataName("Resilience.Http.ResilientHttpClientOptions") is not null;

    public static bool Is(this ITypeSymbol? type, string fullName) => type?.OriginalDefinition.ToDisplayString() == fullName;

    /// <summary>A method of HttpClient that sends a request, with or without the JSON extensions.</summary>
    public static bool SendsRequest(this IMethodSymbol method) =>
        (method.ContainingType.Is(HttpClient) || method.ContainingType.Is(JsonExtensions))
        && Verbs.Any(verb => method.Name.StartsWith(verb, StringComparison.Ordinal))
        && method.Name is not (nameof(GetHashCode) or nameof(GetType));

    /// <summary>A task, or an asynchronous sequence.</summary>
    public static bool IsAwaited(this ITypeSymbol type) =>
        type.Name is "Task" or "ValueTask" or "IAsyncEnumerable"
        && type.ContainingNamespace?.ToDisplayString().StartsWith("System", StringComparison.Ordinal) == true;
}
