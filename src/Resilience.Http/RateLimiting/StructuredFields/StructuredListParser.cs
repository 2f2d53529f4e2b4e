namespace Resilience.Http.RateLimiting.StructuredFields;

/// <summary>
/// Parses a list of structured fields by the algorithms of
/// <see href="https://www.rfc-editor.org/rfc/rfc9651#section-4.2">RFC 9651, 4.2</see>. Any mistake makes the whole field void. Nothing
/// throws, and nothing recurses.
/// </summary>
internal ref struct StructuredListParser
{
    private readonly List<StructuredItem> _members = [];
    private BareItemReader _reader;

    private StructuredListParser(ReadOnlySpan<char> text) => _reader = new(text);

    /// <summary>Parses the value of a field; several lines are to be joined with commas.</summary>
    /// <returns>The members; <see langword="null"/> if the value is malformed.</returns>
    public static IReadOnlyList<StructuredItem>? TryParse(ReadOnlySpan<char> text)
    {
        var parser = new StructuredListParser(text);
        return parser.TryParse() ? parser._members : null;
    }

    private bool TryParse()
    {
        _reader.SkipSpaces();
        while (!_reader.IsAtEnd)
        {
            if (!TryReadMember())
            {
                return false;
            }

            _reader.SkipWhiteSpace();
            if (_reader.IsAtEnd)
            {
                return true;
            }

            if (!_reader.TrySkip(','))
            {
                return false;
            }

            _reader.SkipWhiteSpace();
            if (_reader.IsAtEnd)
            {
                return false; // a comma at the end
            }
        }

        return true;
    }

    private bool TryReadMember()
    {
        var value = new BareItem(BareItemKind.InnerList);
        if (!(_reader.TrySkip('(') ? TrySkipInnerList() : _reader.TryRead(out value)) || !TryReadParameters(out var parameters))
        {
            return false;
        }

        _members.Add(new(value, parameters));
        return true;
    }

    private bool TrySkipInnerList()
    {
        while (!_reader.IsAtEnd)
        {
            _reader.SkipSpaces();
            if (_reader.TrySkip(')'))
            {
                return true;
            }

            if (!_reader.TryRead(out _) || !TryReadParameters(out _) || _reader.Peek() is not (' ' or ')'))
            {
                return false;
            }
        }

        return false;
    }

    private bool TryReadParameters(out IReadOnlyDictionary<string, BareItem> parameters)
    {
        var read = new Dictionary<string, BareItem>(StringComparer.Ordinal);
        parameters = read;
        while (_reader.TrySkip(';'))
        {
            _reader.SkipSpaces();
            if (_reader.ReadKey() is not { } key)
            {
                return false;
            }

            var value = new BareItem(BareItemKind.Boolean, 1);
            if (_reader.TrySkip('=') && !_reader.TryRead(out value))
            {
                return false;
            }

            read[key] = value; // The last one of a name counts.
        }

        return true;
    }
}
