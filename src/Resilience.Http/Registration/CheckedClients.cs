namespace Resilience.Http.Registration;

/// <summary>What a check of all clients came to: their options where there is no mistake, else the mistakes, each once.</summary>
internal sealed record CheckedClients(
    ClientSections Sections, IReadOnlyDictionary<string, ResilientHttpClientOptions> Options, IReadOnlyList<string> Mistakes)
{
    public bool AreGood => Mistakes.Count == 0;
}
