namespace Resilience.Http.Settings;

/// <summary>What a value may not be beside the others. A value that was not set follows the ones that were, so only two that were set ever contradict.</summary>
internal sealed record OptionRule<T>(OptionKey<T> Key, Func<T, bool> Broken, string Wrong, OptionKey<T>? Other)
{
    public void Check(T target, string prefix, SettingsReading reading)
    {
        if (!Broken(target))
        {
            return;
        }

        if (Other is not null)
        {
            reading.Mistake($"{Origin(Key)} {Wrong} {Origin(Other).TrimEnd(',')}");
        }
        else if (!reading.IsPartial)
        {
            reading.Mistake($"{Origin(Key)} {Wrong}");
        }

        string Origin(OptionKey<T> key) => reading.Origin(OptionKeys<T>.Join(prefix, key.Name), key.Tell(target)!);
    }
}
