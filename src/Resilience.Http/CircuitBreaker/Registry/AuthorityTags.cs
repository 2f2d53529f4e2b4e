namespace Resilience.Http.CircuitBreaker.Registry;

/// <summary>
/// What the authorities of a service are called in metrics. The first ones show their names, as many as the table holds: none was dropped
/// from it before it was full for the first time. All later ones share a tag.
/// </summary>
internal struct AuthorityTags
{
    /// <summary>The tag of those without one of their own.</summary>
    public const string Others = "other";

    private HashSet<string>? _named;

    public string Find_NeedsLock(string authority, CircuitTable table)
    {
        if (_named is null && table.IsFull)
        {
            _named = new(table.All.Select(static circuit => circuit.Name.Authority), StringComparer.Ordinal);
        }

        return _named is null || _named.Contains(authority) ? authority : Others;
    }
}
