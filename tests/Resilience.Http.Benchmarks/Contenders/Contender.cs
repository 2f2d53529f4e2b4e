namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>A way to build a client over a given server; everything that is measured is one of these.</summary>
internal sealed record Contender(string Name, Func<HttpMessageHandler, HttpClient> CreateClient)
{
    /// <summary>Who listens to the library while this contender runs, and only then: listeners are the whole process's.</summary>
    public TelemetryListeners Audience { get; init; }

    /// <summary>
    /// The same with <see cref="HttpClient.Timeout"/> infinite. A client that has a total timeout of its own does not need that one, whose
    /// token source and timer are a quarter of a bare call.
    /// </summary>
    public Contender WithoutTimeout(string name) => this with
    {
        Name = name,
        CreateClient = server =>
        {
            var client = CreateClient(server);
            client.Timeout = Timeout.InfiniteTimeSpan;
            return client;
        },
    };

    public override string ToString() => Name;
}
