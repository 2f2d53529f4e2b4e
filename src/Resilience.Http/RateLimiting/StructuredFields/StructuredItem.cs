namespace Resilience.Http.RateLimiting.StructuredFields;

/// <summary>A member of a list: a value with its parameters. Of an inner list only the parameters are kept.</summary>
internal sealed record StructuredItem(BareItem Value, IReadOnlyDictionary<string, BareItem> Parameters)
{
    /// <summary>The parameter of that name and type; <see langword="null"/> if there is none.</summary>
    public BareItem? Find(string name, BareItemKind kind) =>
        Parameters.TryGetValue(name, out var item) && item.Kind == kind ? item : null;

    /// <summary>Whether the parameter is there, but of another type.</summary>
    public bool IsMistyped(string name, BareItemKind kind) => Parameters.TryGetValue(name, out var item) && item.Kind != kind;
}
