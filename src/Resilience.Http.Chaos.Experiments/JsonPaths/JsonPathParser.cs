using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.JsonPaths;

/// <summary>Reads the text of a path, left to right, into its steps.</summary>
internal ref struct JsonPathParser(string text)
{
    private static readonly string[] Comparisons = ["==", "!=", "<=", ">=", "<", ">"];

    private int _at;

    public IReadOnlyList<IJsonPathStep> Parse()
    {
        List<IJsonPathStep> steps = [];
        if (!Take('$') && text[0] is not ('.' or '['))
        {
            steps.Add(new MemberStep(Name()));
        }

        steps.AddRange(Steps());
        return _at == text.Length ? steps : throw Wrong("a '.' or '[' was expected");
    }

    private List<IJsonPathStep> Steps()
    {
        List<IJsonPathStep> steps = [];
        while (true)
        {
            if (Take("..")) // what follows is looked for at every depth
            {
                steps.Add(new DescendantsStep());
                steps.Add(Take('[') ? Bracket(atEveryDepth: true) : NameOrAll());
            }
            else if (Take('.'))
            {
                steps.Add(Take('[') ? Bracket() : NameOrAll());
            }
            else if (Take('['))
            {
                steps.Add(Bracket());
            }
            else
            {
                return steps;
            }
        }
    }

    private IJsonPathStep NameOrAll() => Take('*') ? new AllStep() : new MemberStep(Name());

    private IJsonPathStep Bracket(bool atEveryDepth = false)
    {
        SkipBlanks();
        IJsonPathStep step;
        if (Take('*'))
        {
            step = new AllStep();
        }
        else if (Take('?'))
        {
            step = Filter(atEveryDepth);
        }
        else if (Peek is '\'' or '"')
        {
            step = new MemberStep(Quoted());
        }
        else
        {
            step = new IndexStep(Index());
        }

        SkipBlanks();
        Expect(']');
        return step;
    }

    private FilterStep Filter(bool atEveryDepth)
    {
        SkipBlanks();
        Expect('(');
        SkipBlanks();
        Expect('@');
        var operand = Steps();
        SkipBlanks();
        string? comparison = null;
        JsonNode? literal = null;
        foreach (var candidate in Comparisons)
        {
            if (Take(candidate))
            {
                comparison = candidate;
                SkipBlanks();
                literal = Literal();
                SkipBlanks();
                break;
            }
        }

        Expect(')');
        return new(operand, comparison, literal, atEveryDepth);
    }

    private JsonNode? Literal()
    {
        if (Peek is '\'' or '"')
        {
            return Quoted();
        }

        var start = _at;
        while (_at < text.Length && text[_at] is not (')' or ' '))
        {
            _at++;
        }

        var word = text[start.._at];
        return word switch
        {
            "true" => true,
            "false" => false,
            "null" => null,
            _ when double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw Wrong("a number, a quoted text, true, false or null was expected", start),
        };
    }

    private int Index()
    {
        var start = _at;
        Take('-');
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        return int.TryParse(text.AsSpan(start, _at - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw Wrong("a number, a quoted name, * or ?( was expected", start);
    }

    private string Name()
    {
        var start = _at;
        while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '-'))
        {
            _at++;
        }

        return _at > start ? text[start.._at] : throw Wrong("a name was expected");
    }

    private string Quoted()
    {
        var start = _at;
        var quote = text[_at++];
        var quoted = new StringBuilder();
        while (!Take(quote))
        {
            if (_at == text.Length)
            {
                throw Wrong("the quote is never closed", start);
            }

            quoted.Append(Peek == '\\' ? Escaped(quote) : text[_at++]);
        }

        return quoted.ToString();
    }

    /// <summary>RFC 9535, 2.3.1.1: the escapes of JSON, and that of the quote that is in use.</summary>
    private char Escaped(char quote)
    {
        var start = _at++;
        var escape = Peek;
        _at++;
        if (escape == 'u' && _at + 4 <= text.Length
            && ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
        {
            _at += 4;
            return (char)unit;
        }

        return escape switch
        {
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '/' or '\\' => escape,
            _ when escape == quote => escape,
            _ => throw Wrong("an escape of JSON was expected", start),
        };
    }

    private readonly char Peek => _at < text.Length ? text[_at] : '\0';

    private bool Take(char wanted)
    {
        var found = Peek == wanted;
        _at += found ? 1 : 0;
        return found;
    }

    private bool Take(string wanted)
    {
        var found = text.AsSpan(_at).StartsWith(wanted, StringComparison.Ordinal);
        _at += found ? wanted.Length : 0;
        return found;
    }

    private void Expect(char wanted)
    {
        if (!Take(wanted))
        {
            throw Wrong($"'{wanted}' was expected");
        }
    }

    private void SkipBlanks()
    {
        while (Take(' '))
        {
        }
    }

    private readonly ArgumentException Wrong(string reason, int? at = null) =>
        new($"'{text}' is not a supported path: at character {(at ?? _at) + 1} {reason}.");
}
