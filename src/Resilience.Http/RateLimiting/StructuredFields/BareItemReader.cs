using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Resilience.Http.RateLimiting.StructuredFields;

/// <summary>Reads values, keys and separators one after the other (RFC 9651, 4.2.3.1 and 4.2.3.3 to 4.2.10).</summary>
internal ref struct BareItemReader(ReadOnlySpan<char> text)
{
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private const string Letters = Lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static readonly SearchValues<char> KeyChars = SearchValues.Create(Lower + Digits + "_-.*");
    private static readonly SearchValues<char> TokenChars = SearchValues.Create(Letters + Digits + "!#$%&'*+-.^_`|~:/");
    private static readonly SearchValues<char> Base64Chars = SearchValues.Create(Letters + Digits + "+/=");

    private ReadOnlySpan<char> _rest = text;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The next character, or a zero at the end.</summary>
    public readonly char Peek() => _rest.IsEmpty ? '\0' : _rest[0];

    public void SkipSpaces() => _rest = _rest.TrimStart(' ');

    public void SkipWhiteSpace() => _rest = _rest.TrimStart(" \t");

    public bool TrySkip(char expected)
    {
        if (Peek() != expected || _rest.IsEmpty)
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    /// <summary>The key of a parameter; <see langword="null"/> if there is none.</summary>
    public string? ReadKey() => char.IsAsciiLetterLower(Peek()) || Peek() == '*' ? Take(KeyChars).ToString() : null;

    public bool TryRead(out BareItem item)
    {
        var found = Peek() switch
        {
            '"' => ReadString(),
            ':' => ReadBytes(),
            '?' => ReadBoolean(),
            '@' => ReadDate(),
            '%' => ReadDisplayString(),
            '-' or (>= '0' and <= '9') => ReadNumber(),
            '*' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') => new BareItem(BareItemKind.Token, Text: Take(TokenChars).ToString()),
            _ => (BareItem?)null,
        };
        item = found ?? default;
        return found is not null;
    }

    /// <summary>An integer of up to 15 digits, or a decimal of up to 12 and 3.</summary>
    private BareItem? ReadNumber()
    {
        var sign = TrySkip('-') ? -1 : 1;
        var whole = TakeDigits();
        if (whole.Length is 0 or > 15)
        {
            return null;
        }

        var value = sign * long.Parse(whole, NumberStyles.None, CultureInfo.InvariantCulture);
        if (!TrySkip('.'))
        {
            return new(BareItemKind.Integer, value);
        }

        return whole.Length <= 12 && TakeDigits().Length is >= 1 and <= 3 ? new(BareItemKind.Decimal, value) : null;
    }

    private BareItem? ReadString()
    {
        var text = new StringBuilder();
        for (var i = 1; i < _rest.Length; i++)
        {
            var each = _rest[i];
            if (each == '"')
            {
                _rest = _rest[(i + 1)..];
                return new(BareItemKind.String, Text: text.ToString());
            }

            if (each == '\\')
            {
                if (++i >= _rest.Length || _rest[i] is not ('"' or '\\'))
                {
                    return null;
                }

                each = _rest[i];
            }

            if (each is < ' ' or > '~')
            {
                return null;
            }

            text.Append(each);
        }

        return null;
    }

    /// <summary>Missing padding is added, and pad bits that are not zero are accepted, as the RFC asks.</summary>
    private BareItem? ReadBytes()
    {
        _rest = _rest[1..];
        var length = _rest.IndexOf(':');
        if (length < 0 || _rest[..length].ContainsAnyExcept(Base64Chars))
        {
            return null;
        }

        var text = _rest[..length].TrimEnd('=').ToString();
        _rest = _rest[(length + 1)..];
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out var count)
            ? new(BareItemKind.ByteSequence, Text: Convert.ToBase64String(bytes, 0, count))
            : null;
    }

    private BareItem? ReadBoolean()
    {
        _rest = _rest[1..];
        return TrySkip('1') ? new(BareItemKind.Boolean, 1) : TrySkip('0') ? new(BareItemKind.Boolean) : null;
    }

    private BareItem? ReadDate()
    {
        _rest = _rest[1..];
        return ReadNumber() is { Kind: BareItemKind.Integer } number ? number with { Kind = BareItemKind.Date } : null;
    }

    /// <summary>Printable ASCII, where a percent sign begins a byte of UTF-8 in lower case.</summary>
    private BareItem? ReadDisplayString()
    {
        if (_rest.Length < 2 || _rest[1] != '"')
        {
            return null;
        }

        var length = _rest[2..].IndexOf('"');
        if (length < 0)
        {
            return null;
        }

        var quoted = _rest.Slice(2, length);
        _rest = _rest[(length + 3)..];
        return Decode(quoted) is { } text ? new(BareItemKind.DisplayString, Text: text) : null;
    }

    private static string? Decode(ReadOnlySpan<char> quoted)
    {
        var bytes = new List<byte>(quoted.Length);
        for (var i = 0; i < quoted.Length; i++)
        {
            var each = quoted[i];
            if (each is < ' ' or > '~')
            {
                return null;
            }

            if (each != '%')
            {
                bytes.Add((byte)each);
            }
            else if (i + 2 < quoted.Length && char.IsAsciiHexDigitLower(quoted[i + 1]) && char.IsAsciiHexDigitLower(quoted[i + 2]))
            {
                bytes.Add(byte.Parse(quoted.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                return null;
            }
        }

        var utf8 = CollectionsMarshal.AsSpan(bytes);
        return Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : null;
    }

    private ReadOnlySpan<char> TakeDigits()
    {
        var length = _rest.IndexOfAnyExceptInRange('0', '9');
        return Take(length < 0 ? _rest.Length : length);
    }

    private ReadOnlySpan<char> Take(SearchValues<char> chars)
    {
        var length = _rest.IndexOfAnyExcept(chars);
        return Take(length < 0 ? _rest.Length : length);
    }

    private ReadOnlySpan<char> Take(int length)
    {
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
