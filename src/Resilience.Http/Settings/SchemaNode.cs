namespace Resilience.Http.Settings;

/// <summary>
/// A key as an editor knows it: the JSON schema of the settings is made of these. What code alone can set is not among them.
/// </summary>
internal abstract record SchemaNode(string Name, string Description);

/// <summary>A key with one value, or with a list of values.</summary>
/// <param name="Name">The key.</param>
/// <param name="Description">What it sets.</param>
/// <param name="Shape">The value, or each of the list.</param>
/// <param name="Default">The default, in words.</param>
/// <param name="Allowed">What is allowed, in words.</param>
/// <param name="IsList">Whether the key has a list of values.</param>
internal sealed record ValueNode(string Name, string Description, ValueShape Shape, string Default, string Allowed, bool IsList = false)
    : SchemaNode(Name, Description)
{
    /// <summary>For a list: the keys of an item that is written as an object; <see langword="null"/> if items are values only.</summary>
    public IReadOnlyList<SchemaNode>? ItemKeys { get; init; }
}

/// <summary>A key with keys below it; with <paramref name="IsMap"/> these stand below names that users choose.</summary>
internal sealed record SectionNode(string Name, string Description, IReadOnlyList<SchemaNode> Keys, bool IsMap = false)
    : SchemaNode(Name, Description);
