using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Resilience.Http.DashboardTests.Browser;

/// <summary>All that the banner of a page has said, so that a test misses no text that was only shown for a second.</summary>
internal sealed class SeenTexts
{
    private readonly IPage _page;

    private SeenTexts(IPage page) => _page = page;

    public static async Task<SeenTexts> WatchAsync(IPage page)
    {
        await page.EvaluateAsync("""
            window.seen = [];
            const note = () => {
              const text = ["verdict", "news"].map((id) => document.getElementById(id).textContent.replace(/\s+/g, " ")).join(" ");
              if (window.seen.at(-1) !== text) { window.seen.push(text); }
            };
            note();
            new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
            """);
        return new(page);
    }

    /// <summary>Waits until the pattern has matched.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="times">How many different matches there have to be.</param>
    /// <returns>The matches, in the order in which they came.</returns>
    public async Task<IReadOnlyList<Match>> FindAsync(string pattern, int times = 1)
    {
        await _page.WaitForFunctionAsync(
            """
            ([pattern, times]) => new Set(window.seen.map((text) => text.match(new RegExp(pattern))?.[0]).filter(Boolean)).size >= times
            """,
            new object[] { pattern, times });
        var seen = await _page.EvaluateAsync<string[]>("window.seen");
        return
        [
            .. seen.Select(text => Regex.Match(text, pattern))
                .Where(static match => match.Success)
                .DistinctBy(static match => match.Value),
        ];
    }
}
