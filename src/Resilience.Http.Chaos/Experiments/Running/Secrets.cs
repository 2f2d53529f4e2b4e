using System.Text.Encodings.Web;
using System.Text.Json;

namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>The values of an experiment's secrets, so that no text shows them.</summary>
internal sealed class Secrets
{
    public const string Blanked = "***";

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
    public string Blank(string text)
    {
        foreach (var form in _forms)
        {
            text = text.Replace(form, Blanked, StringComparison.OrdinalIgnoreCase);
        }

        return text;
    }
}
