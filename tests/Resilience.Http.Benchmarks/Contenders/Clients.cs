namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>All contenders, a line each.</summary>
internal static class Clients
{
    public static readonly Contender Bare =
        new("bare HttpClient", server => new HttpClient(server));

    public static readonly Contender BareWithoutTimeout =
        new("bare, Timeout infinite", server => new HttpClient(server) { Timeout = Timeout.InfiniteTimeSpan });

    public static readonly Contender OnePassThrough =
        new("1 pass-through handler", server => new HttpClient(PassThroughHandler.Chain(1, server)));

    public static readonly Contender FivePassThroughs =
        new("5 pass-through handlers", server => new HttpClient(PassThroughHandler.Chain(5, server)));

    /// <summary>At its best: its total timeout makes that of HttpClient superfluous, and a client without one is cheaper.</summary>
    public static readonly Contender Polly =
        new("Polly.Core, 4 strategies", server => new HttpClient(new PollyHandler(server)) { Timeout = Timeout.InfiniteTimeSpan });

    public static readonly Contender PollyWithTimeout =
        new("Polly.Core, Timeout 100 s", server => new HttpClient(new PollyHandler(server)));

    public static readonly Contender Soaked = Polly;
}
