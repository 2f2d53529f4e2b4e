namespace Resilience.Http.Settings;

/// <summary>What a JSON schema can say about a value. Configuration also reads numbers and flags that are written as texts.</summary>
internal sealed record ValueShape(JsonKind Kind)
{
    public static readonly ValueShape Text = new(JsonKind.Text);

    public static readonly ValueShape Flag = new(JsonKind.Flag);

    /// <summary>For a text: the regular expression that it matches.</summary>
    public string? Pattern { get; init; }

    /// <summary>For a text: the values that it can have.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>For a number: the least one, or the one that it must exceed if <see cref="AboveMin"/> is set.</summary>
    public double? Min { get; init; }

    public double? Max { get; init; }

    public bool AboveMin { get; init; }

    public static ValueShape Integer(int min, int max) => new(JsonKind.Integer) { Min = min, Max = max };

    public static ValueShape Matching(string pattern) => new(JsonKind.Text) { Pattern = pattern };
}

/// <summary>How a value is written in JSON.</summary>
internal enum JsonKind
{
    Text,
    Flag,
    Integer,
    Number,
}
