namespace Resilience.Http.Settings;

/// <summary>A setting that an edit changed.</summary>
internal readonly record struct OptionChange(string Key, string Before, string After)
{
    public override string ToString() => $"{Key} {Before} -> {After}";
}
