using System.Text;
using System.Text.Json;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>Reads JSON and keeps the line of every value, which the parsers of System.Text.Json forget.</summary>
internal ref struct JsonAtParser
{
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly ExperimentErrors _mistakes;
    private Utf8JsonReader _reader;
    private int _line = 1;
    private int _counted;

    private JsonAtParser(ReadOnlySpan<byte> utf8, ExperimentErrors mistakes)
    {
        _utf8 = utf8;
        _mistakes = mistakes;
        _reader = new Utf8JsonReader(utf8);
    }

    /// <summary>Reads the whole text; <see langword="null"/>, and a mistake, if it is not JSON.</summary>
    public static LocatedJson? Parse(ReadOnlySpan<byte> utf8, ExperimentErrors mistakes)
    {
        var bom = Encoding.UTF8.Preamble;
        var parser = new JsonAtParser(utf8.StartsWith(bom) ? utf8[bom.Length..] : utf8, mistakes);
        try
        {
            parser._reader.Read();
            var whole = parser.Value("");
            parser._reader.Read(); // throws if something follows
            return whole;
        }
        catch (JsonException exception)
        {
            mistakes.Add((int)(exception.LineNumber ?? 0) + 1, "", $"the file is not JSON: {FirstSentence(exception.Message)}");
            return null;
        }
    }

    private LocatedJson Value(string path)
    {
        var line = Line();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return LocatedJson.OfMembers(Members(path), line, path);
            case JsonTokenType.StartArray:
                return LocatedJson.OfItems(Items(path), line, path);
            case JsonTokenType.String:
                return LocatedJson.OfText(Text(path), line, path);
            case JsonTokenType.Number:
                return LocatedJson.OfScalar(JsonValueKind.Number, Encoding.UTF8.GetString(_reader.ValueSpan), line, path);
            default:
                var kind = _reader.TokenType switch
                {
                    JsonTokenType.True => JsonValueKind.True,
                    JsonTokenType.False => JsonValueKind.False,
                    _ => JsonValueKind.Null,
                };
                return LocatedJson.OfScalar(kind, "", line, path);
        }
    }

    private List<(string Name, LocatedJson Value)> Members(string path)
    {
        List<(string Name, LocatedJson Value)> members = [];
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var name = Text(path);
            var line = Line();
            var below = path.Length == 0 ? name : $"{path}.{name}";
            _reader.Read();
            var value = Value(below);
            if (members.Exists(member => member.Name == name))
            {
                _mistakes.Add(line, below, "occurs twice; remove one of them.");
            }
            else
            {
                members.Add((name, value));
            }
        }

        return members;
    }

    private List<LocatedJson> Items(string path)
    {
        List<LocatedJson> items = [];
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Value($"{path}[{items.Count}]"));
        }

        return items;
    }

    /// <summary>The text of the current token. The reader looks at its bytes only when asked for it.</summary>
    private string Text(string path)
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            _mistakes.Add(
                Line(), path, "contains invalid characters: save the file as UTF-8, and write surrogates (\\ud83d\\ude00) in pairs.");
            return "";
        }
    }

    /// <summary>The line of the current token, counted on from that of the one before.</summary>
    private int Line()
    {
        var start = (int)_reader.TokenStartIndex;
        _line += _utf8[_counted..start].Count((byte)'\n');
        _counted = start;
        return _line;
    }

    /// <summary>What follows repeats the position, counted from 0.</summary>
    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
