namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>The cheapest handler there can be: what a chain of so many costs before any of them does something.</summary>
internal sealed class PassThroughHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public static HttpMessageHandler Chain(int length, HttpMessageHandler inner) =>
        length == 0 ? inner : new PassThroughHandler(Chain(length - 1, inner));
}
