namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>A way to build a client over a given server; everything that is measured is one of these.</summary>
internal sealed record Contender(string Name, Func<HttpMessageHandler, HttpClient> CreateClient)
{
    public override string ToString() => Name;
}
