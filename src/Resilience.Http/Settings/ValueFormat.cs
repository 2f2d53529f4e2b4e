namespace Resilience.Http.Settings;

/// <summary>What the value of a key may be, how it is written, and how to say what is wrong with it.</summary>
internal abstract class ValueFormat<TValue>
{
    /// <summary>As in "is not a time".</summary>
    public abstract string Name { get; }

    /// <summary>As in "allowed: 1ms to 24h".</summary>
    public abstract string Allowed { get; }

    /// <returns>What is wrong with the text, as the end of a sentence that began with it; <see langword="null"/> if nothing
    /// is.</returns>
    public abstract string? Parse(string text, out TValue value);

    /// <returns>What is wrong with the value, as the end of a sentence that began with it; <see langword="null"/> if nothing
    /// is.</returns>
    public abstract string? Check(TValue value);

    /// <summary>The text as it may be shown: mistakes are logged, and a text may hold a password.</summary>
    public virtual string Redact(string text) => text;

    /// <summary>The value as configuration would write it.</summary>
    public abstract string Format(TValue value);

    /// <summary>What a JSON schema says about the value.</summary>
    public virtual ValueShape Shape => ValueShape.Text;

    protected const string OutOfRange = "is out of range";
}
