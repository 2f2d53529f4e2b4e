namespace Resilience.Http.Chaos.Experiments.Toolkit;

internal sealed class FaultsReader(Mistakes mistakes)
{
    public HttpChaosClientOptions? Read(Fields arguments) { _ = mistakes; _ = arguments; return null; }
}
