namespace Resilience.Http.Settings;

/// <summary>
/// A setting as the docs show it. <see cref="Value"/> is the bare value; <see cref="Default"/> says too what an unset one follows.
/// </summary>
internal sealed record OptionRow(string Key, string Kind, string Default, string Allowed, string Description, string? Value = null);
