namespace Resilience.Http.Settings;

/// <summary>
/// An absolute address whose path ends with <c>/</c>: without it the last part of the path is lost when a relative one is joined to it.
/// </summary>
internal sealed class AddressFormat : ValueFormat<Uri?>
{
    public static readonly AddressFormat Instance = new();

    public override string Name => "address";

    public override string Allowed => "an absolute address whose path ends with /";

    public override string? Parse(string text, out Uri? value) =>
        Uri.TryCreate(text.Trim(), UriKind.RelativeOrAbsolute, out value) ? Check(value) : "is not an address";

    /// <remarks>
    /// An absolute URI need not have a host: .NET reads <c>localhost:5000</c> as the scheme <c>localhost</c>, and on Unix <c>/api/</c> as a
    /// file. Schemes are not checked: service discovery brings its own, such as <c>https+http</c>.
    /// </remarks>
    public override string? Check(Uri? value)
    {
        if (value is null)
        {
            return null;
        }

        if (!HasHost(value))
        {
            return "is not absolute, write it as https://host/path/";
        }

        if (value.Query.Length > 0 || value.Fragment.Length > 0)
        {
            return "has a query or fragment, which is lost when a relative address is joined to it";
        }

        return value.AbsolutePath.EndsWith('/') ? null : $"lacks the final /, without which its last part is lost, write {Format(value)}/";
    }

    /// <summary>Without user name, password, query and fragment.</summary>
    /// <remarks>
    /// A password with a <c>/</c>, <c>?</c> or <c>#</c> in it is cut there and leaves no host, so without one all up to the last <c>@</c>
    /// may be one.
    /// </remarks>
    public override string Redact(string text)
    {
        var query = text.IndexOfAny(['?', '#']);
        var end = query < 0 ? text.Length : query;
        var scheme = text[..end].IndexOf("://", StringComparison.Ordinal);
        var start = scheme < 0 ? 0 : scheme + 3;
        var hasHost = Uri.TryCreate(text.Trim(), UriKind.Absolute, out var parsed) && HasHost(parsed);
        var user = (hasHost ? text[start..end].Split('/', 2)[0] : text[start..]).LastIndexOf('@');
        var shown = user < 0 ? text[start..end] : $"***{text[Math.Min(start + user, end)..end]}";
        return $"{text[..start]}{shown}{(query < 0 ? "" : $"{text[query]}***")}";
    }

    public override string Format(Uri? value) => value is null ? "none" : Redact(value.OriginalString);

    private static bool HasHost(Uri value) => value.IsAbsoluteUri && value.Host.Length > 0;
}
