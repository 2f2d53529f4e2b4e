using System.Text.Encodings.Web;
using System.Text.Json;

namespace Resilience.Http.Chaos.Experiments.Values;

/// <summary>The values of an experiment's secrets, so that no text shows them.</summary>
internal sealed class Secrets
{
    public const string Blanked = "***";

    /// <summary>What stands at the end of a text that was cut off.</summary>
    private const string CutOff = "...";

    /// <summary>Fewer characters of a secret give nothing away, and may stand there by chance.</summary>
    private const int FewestOfABeginning = 4;

    private readonly List<string> _forms = [];

    /// <summary>Takes a value in all the forms in which it may turn up: as it is, in an address, and in JSON.</summary>
    public void Add(string value)
    {
        const string host = "http://a/";
        _forms.AddRange(
        [
            value,
            Uri.EscapeDataString(value),
            JsonEncodedText.Encode(value).ToString(),
            JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(),
        ]);
        if (Uri.TryCreate(host + value, UriKind.Absolute, out var address))
        {
            _forms.Add(address.AbsoluteUri[host.Length..]);
        }

        _forms.RemoveAll(string.IsNullOrWhiteSpace);
        _forms.Sort(static (a, b) => b.Length.CompareTo(a.Length)); // of two that begin alike the whole is blanked, not the beginning
    }

    /// <summary>A text without them. Upper and lower case are the same, since an address writes its host in lower case.</summary>
    public string Redact(string text)
    {
        foreach (var form in _forms)
        {
            text = text.Replace(form, Blanked, StringComparison.OrdinalIgnoreCase);
        }

        return BlankBeginnings(text);
    }

    /// <summary>A long text that is quoted is cut off, perhaps in the middle of a secret.</summary>
    private string BlankBeginnings(string text)
    {
        var from = 0;
        while (text.IndexOf(CutOff, from, StringComparison.Ordinal) is var end and >= 0)
        {
            var length = _forms.Select(form => LengthOfBeginning(form, text, end)).DefaultIfEmpty().Max();
            if (length > 0)
            {
                text = $"{text[..(end - length)]}{Blanked}{text[end..]}";
                end += Blanked.Length - length;
            }

            from = end + CutOff.Length;
        }

        return text;
    }

    /// <summary>How much of the beginning of a form stands right before a place in a text.</summary>
    private static int LengthOfBeginning(string form, string text, int end)
    {
        for (var length = Math.Min(form.Length - 1, end); length >= FewestOfABeginning; length--)
        {
            if (string.Compare(text, end - length, form, 0, length, StringComparison.OrdinalIgnoreCase) == 0)
            {
                return length;
            }
        }

        return 0;
    }
}
