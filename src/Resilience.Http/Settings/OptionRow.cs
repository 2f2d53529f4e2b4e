namespace Resilience.Http.Settings;

/// <summary>A setting as the docs tell it: <see cref="Default"/> is <see cref="Value"/> with what it follows where it was not set.</summary>
internal sealed record OptionRow(string Key, string Kind, string? Value, string Default, string Allowed, string Description);
