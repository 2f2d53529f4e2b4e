namespace Resilience.Http.Settings;

/// <summary>
/// What a value may not be beside the others. A value that was not set follows the ones that were, so only two that were set ever
/// contradict.
/// </summary>
internal sealed record OptionRule<T>(OptionKey<T> Key, Func<T, bool> Broken, string Wrong, OptionKey<T>? Other)
{
    public void Check(T target, string prefix, OptionsReadResult reading)
    {
        if (!Broken(target))
        {
            return;
        }

        if (Other is not null)
        {
            reading.AddError($"{Origin(Key)} {Wrong} {Origin(Other).TrimEnd(',')}");
        }
        else if (!reading.IsPartial)
        {
            reading.AddError($"{Origin(Key)} {Wrong}");
        }

        string Origin(OptionKey<T> key) => reading.Origin(OptionsSchema<T>.Join(prefix, key.Name), key.Format(target)!);
    }
}
