using System.Text.RegularExpressions;

namespace Resilience.Http.Dashboard.Access;

/// <summary>
/// Reasons and failures may quote an exception, and its message an address. User names, passwords, query strings and fragments are removed
/// from what leaves the process.
/// </summary>
internal static partial class SafeText
{
    private const int Longest = 500;

    public static string Redact(string text)
    {
        var redacted = Query().Replace(UserInfo().Replace(text, "$1***@"), "$1***");
        return redacted.Length > Longest ? $"{redacted[..Longest]}..." : redacted;
    }

    public static string? RedactOptional(string? text) => text is null ? null : Redact(text);

    /// <summary>One line without control characters: what a user typed goes into a log.</summary>
    public static string OneLine(string text) =>
        string.Concat(text.Trim().Select(static c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    /// <summary>All up to the last <c>@</c> before a blank: a password may have a slash in it.</summary>
    [GeneratedRegex(@"([a-z][a-z0-9+.\-]*://)[^\s""'<>]*@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    /// <summary>A query or fragment: <c>?</c> or <c>#</c> right behind other text, with text after it.</summary>
    [GeneratedRegex(@"(?<=\S)([?#])[^\s""'<>]+", RegexOptions.CultureInvariant)]
    private static partial Regex Query();
}
