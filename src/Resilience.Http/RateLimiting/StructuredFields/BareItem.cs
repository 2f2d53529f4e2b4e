namespace Resilience.Http.RateLimiting.StructuredFields;

/// <summary>A value of a structured field (RFC 9651, 3.3).</summary>
/// <param name="Kind">Its type.</param>
/// <param name="Integer">An integer, a date, or the 1 or 0 of a boolean.</param>
/// <param name="Text">A string, a token, a display string, or the base64 of a byte sequence in its one canonical form.</param>
internal readonly record struct BareItem(BareItemKind Kind, long Integer = 0, string? Text = null);

/// <summary>The types of RFC 9651.</summary>
internal enum BareItemKind
{
    Integer,
    Decimal,
    String,
    Token,
    ByteSequence,
    Boolean,
    Date,
    DisplayString,
    InnerList,
}
