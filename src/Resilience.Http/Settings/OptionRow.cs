namespace Resilience.Http.Settings;

/// <summary>A setting as the docs tell it.</summary>
internal sealed record OptionRow(string Key, string Kind, string Default, string Allowed, string Description);
