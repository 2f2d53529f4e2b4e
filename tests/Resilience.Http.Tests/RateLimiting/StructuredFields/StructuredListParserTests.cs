using System.Globalization;
using Resilience.Http.RateLimiting.StructuredFields;

namespace Resilience.Http.Tests.RateLimiting.StructuredFields;

/// <summary>By RFC 9651, 4.2. The cases are those of its text, and one beside each border.</summary>
public sealed class StructuredListParserTests
{
    [Theory]
    [InlineData("42", "42")]
    [InlineData("-42", "-42")]
    [InlineData("0042", "42")]
    [InlineData("-0", "0")]
    [InlineData("999999999999999", "999999999999999")]
    [InlineData("4.5", "Decimal")]
    [InlineData("-999999999999.999", "Decimal")]
    [InlineData("\"hello world\"", "'hello world'")]
    [InlineData("\"a \\\"b\\\" \\\\ c\"", "'a \"b\" \\ c'")]
    [InlineData("\"\"", "''")]
    [InlineData("foo123/456", "foo123/456")]
    [InlineData("*a:b", "*a:b")]
    [InlineData("?1", "?1")]
    [InlineData("?0", "?0")]
    [InlineData("::", ":")]
    [InlineData(":cHJldGVuZCB0aGlzIGlzIGJpbmFyeSBjb250ZW50Lg==:", ":cHJldGVuZCB0aGlzIGlzIGJpbmFyeSBjb250ZW50Lg==")]
    [InlineData(":aGVsbG8:", ":aGVsbG8=")]
    [InlineData(":iZ==:", ":iQ==")]
    [InlineData("@1659578233", "@1659578233")]
    [InlineData("%\"This is intended for display to %c3%bcsers.\"", "%This is intended for display to üsers.")]
    [InlineData("(\"foo\" \"bar\");lvl=5", "();lvl=5")]
    [InlineData("( a  b;x )", "()")]
    [InlineData("()", "()")]
    [InlineData("a, b,c\t,\t d", "a | b | c | d")]
    [InlineData("  a  ", "a")]
    [InlineData("sugar;  q=1;w;q=2", "sugar;q=2;w=?1")]
    [InlineData("a;*k-1_.=\"v\"", "a;*k-1_.='v'")]
    [InlineData("", "")]
    [InlineData("   ", "")]
    public void A_list_is_read(string text, string expected) => Assert.Equal(expected, Format(StructuredListParser.TryParse(text)!));

    [Theory]
    [InlineData("a,")]
    [InlineData("a,,b")]
    [InlineData(",a")]
    [InlineData("a b")]
    [InlineData("a;")]
    [InlineData("a;Q=1")]
    [InlineData("a;=1")]
    [InlineData("a;q=")]
    [InlineData("a ;q=1")]
    [InlineData("a;q =1")]
    [InlineData("a;q= 1")]
    [InlineData("limit=100, remaining=50, reset=50")]
    [InlineData("-")]
    [InlineData("--1")]
    [InlineData("+1")]
    [InlineData("1000000000000000")]
    [InlineData("1.")]
    [InlineData("1.1234")]
    [InlineData("1000000000000.1")]
    [InlineData(".5")]
    [InlineData("1e3")]
    [InlineData("\"open")]
    [InlineData("\"a\\")]
    [InlineData("\"a\\n\"")]
    [InlineData("\"tab\t\"")]
    [InlineData("\"ü\"")]
    [InlineData("'single'")]
    [InlineData("?2")]
    [InlineData("?")]
    [InlineData(":a:")]
    [InlineData(":ab=cd:")]
    [InlineData(":ab_d:")]
    [InlineData(":abcd")]
    [InlineData(":ab cd:")]
    [InlineData("@1.5")]
    [InlineData("@")]
    [InlineData("%\"%C3%BC\"")]
    [InlineData("%\"%c3\"")]
    [InlineData("%\"%c\"")]
    [InlineData("%\"open")]
    [InlineData("%x")]
    [InlineData("%")]
    [InlineData("(a")]
    [InlineData("(a,b)")]
    [InlineData("(a(b))")]
    [InlineData("(\"a\"\"b\")")]
    [InlineData("a\tb")]
    [InlineData("\ta")]
    [InlineData("a\0")]
    [InlineData("٣")]
    public void A_malformed_list_is_void(string text) => Assert.Null(StructuredListParser.TryParse(text));

    private static string Format(IReadOnlyList<StructuredItem> items) => string.Join(" | ", items.Select(static item =>
        Format(item.Value) + string.Concat(item.Parameters.Select(static each => $";{each.Key}={Format(each.Value)}"))));

    private static string Format(BareItem item) => item.Kind switch
    {
        BareItemKind.Integer => item.Integer.ToString(CultureInfo.InvariantCulture),
        BareItemKind.String => $"'{item.Text}'",
        BareItemKind.Token => item.Text!,
        BareItemKind.ByteSequence => $":{item.Text}",
        BareItemKind.Boolean => $"?{item.Integer}",
        BareItemKind.Date => $"@{item.Integer}",
        BareItemKind.DisplayString => $"%{item.Text}",
        BareItemKind.InnerList => "()",
        _ => item.Kind.ToString(),
    };
}
