namespace Resilience.Http.Settings;

/// <summary>Guesses which word was meant.</summary>
internal static class SpellingSuggestion
{
    /// <returns>The word that was most likely meant; <see langword="null"/> if none is close.</returns>
    public static string? To(string written, IEnumerable<string> words)
    {
        string? nearest = null;
        var least = Math.Max(2, (written.Length + 1) / 3) + 1;
        foreach (var word in words)
        {
            var distance = Distance(written.ToUpperInvariant(), word.ToUpperInvariant());
            if (distance < least)
            {
                (nearest, least) = (word, distance);
            }
        }

        return nearest;
    }

    /// <summary>Whether two different words differ by at most so many letters, apart from their case.</summary>
    public static bool AreClose(string one, string other, int letters) =>
        Distance(one.ToUpperInvariant(), other.ToUpperInvariant()) is var distance && distance > 0 && distance <= letters;

    /// <summary>
    /// How many letters must be put in, left out, replaced or swapped with their neighbour to get from one word to the other.
    /// </summary>
    /// <remarks>Optimal string alignment, see <see href="https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance"/>.</remarks>
    private static int Distance(string from, string to)
    {
        var table = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                table[i, j] = i == 0 || j == 0 ? i + j : Cell(i, j);
            }
        }

        return table[from.Length, to.Length];

        int Cell(int i, int j)
        {
            var replaced = table[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            var best = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
            var swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            return swapped ? Math.Min(best, table[i - 2, j - 2] + 1) : best;
        }
    }
}
