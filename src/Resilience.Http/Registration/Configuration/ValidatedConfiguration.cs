namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// What a check of all clients came to: the options of each, and the mistakes, each once; with a mistake nothing of it is used.
/// </summary>
/// <param name="Sections">What was checked.</param>
/// <param name="Names">The clients of the statements, and those in use.</param>
/// <param name="Options">Their options, and those of the sections that the clients of the factory's defaults may come to read.</param>
/// <param name="Unread">The sections that no client reads.</param>
/// <param name="Mistakes">In the words that their owner reads.</param>
internal sealed record ValidatedConfiguration(
    ConfigurationSnapshot Sections,
    IReadOnlyList<string> Names,
    IReadOnlyDictionary<string, ResilientHttpClientOptions> Options,
    IReadOnlyList<UnusedSection> Unread,
    IReadOnlyList<string> Mistakes)
{
    public bool AreGood => Mistakes.Count == 0;
}
