using System.Globalization;

namespace Resilience.Http.Fallback;

/// <summary>A number of seconds as RFC 9111, 1.2.2 has it.</summary>
internal static class DeltaSeconds
{
    /// <summary>The seconds; one too large to read counts as the largest, and <see langword="null"/> is not a number.</summary>
    public static TimeSpan? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text) || !text.All(char.IsAsciiDigit))
        {
            return null;
        }

        var isInRange = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        return TimeSpan.FromSeconds(isInRange ? seconds : int.MaxValue);
    }
}
