namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>A way to build a client over a given server; everything that is measured is one of these.</summary>
internal sealed record Contender(string Name, Func<HttpMessageHandler, HttpClient> CreateClient)
{
    /// <summary>Who listens to the library while this contender runs, and only then: listeners are the whole process's.</summary>
    public Audience Audience { get; init; }

    public override string ToString() => Name;
}
