using System.Net.Http.Headers;

namespace Resilience.Http.Requests;

/// <summary>
/// The headers of a request and those of its content as they were. The entries are copied unparsed, which neither validates nor changes
/// them, and the array is kept from call to call.
/// </summary>
internal sealed class HeaderSnapshot
{
    private KeyValuePair<string, HeaderStringValues>[] _entries = new KeyValuePair<string, HeaderStringValues>[8];
    private int _ofRequest;
    private int _count;

    public ReadOnlySpan<KeyValuePair<string, HeaderStringValues>> OfRequest => _entries.AsSpan(0, _ofRequest);

    public ReadOnlySpan<KeyValuePair<string, HeaderStringValues>> OfContent => _entries.AsSpan(_ofRequest, _count - _ofRequest);

    /// <summary>To be called before <see cref="AddOfContent"/>.</summary>
    public void AddOfRequest(HttpRequestHeaders headers)
    {
        Add(headers);
        _ofRequest = _count;
    }

    public void AddOfContent(HttpContentHeaders headers) => Add(headers);

    /// <summary>The value of a header of the request; <see langword="null"/> if it has none.</summary>
    public string? Find(string name)
    {
        foreach (var (each, value) in OfRequest)
        {
            if (each.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value.ToString();
            }
        }

        return null;
    }

    public void Clear()
    {
        _entries.AsSpan(0, _count).Clear();
        _count = _ofRequest = 0;
    }

    /// <summary>
    /// Whether the headers are the noted ones, and besides them at most the length, which HttpClient notes when it sends a body.
    /// </summary>
    public static bool Matches(HttpContentHeaders headers, ReadOnlySpan<KeyValuePair<string, HeaderStringValues>> entries)
    {
        var current = headers.NonValidated;
        foreach (var (name, values) in entries)
        {
            if (!current.TryGetValues(name, out var found) || found.ToString() != values.ToString())
            {
                return false;
            }
        }

        return current.Count == entries.Length || (current.Count == entries.Length + 1 && current.Contains("Content-Length"));
    }

    public static void Restore(HttpHeaders headers, ReadOnlySpan<KeyValuePair<string, HeaderStringValues>> entries)
    {
        headers.Clear();
        foreach (var (name, values) in entries)
        {
            if (values.Count == 1)
            {
                headers.TryAddWithoutValidation(name, values.ToString());
            }
            else
            {
                headers.TryAddWithoutValidation(name, values);
            }
        }
    }

    private void Add(HttpHeaders headers)
    {
        foreach (var entry in headers.NonValidated)
        {
            if (_count == _entries.Length)
            {
                Array.Resize(ref _entries, 2 * _count);
            }

            _entries[_count++] = entry;
        }
    }
}
