using System.Text.Json;
using System.Text.RegularExpressions;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>Reads the fields of an HTTP request: those of the format's <c>http</c> provider.</summary>
internal sealed partial class HttpRequestReader(ExperimentErrors mistakes)
{
    private const string Form = "application/x-www-form-urlencoded";

    public ChaosHttpRequest? Read(Fields fields)
    {
        var url = Url(fields);
        var method = Method(fields);
        var headers = Headers(fields);
        var timeout = Timeout(fields);
        var arguments = fields.Find("arguments");
        fields.Refuse("expected_status", "set the expected status as the probe's \"tolerance\"");
        fields.Refuse(
            "verify_tls",
            "certificates are always checked; trust the certificate on the machine that runs the experiment",
            static value => value.Kind == JsonValueKind.True);
        fields.Refuse("max_retries", "requests are not repeated; repeat the step");
        if (url is null || method is null)
        {
            return null;
        }

        string? body = null;
        if (arguments is not null && method == HttpMethod.Get)
        {
            url = WithQuery(url, arguments);
        }
        else if (arguments is not null)
        {
            body = Body(arguments, headers);
        }

        return new ChaosHttpRequest(url) { Method = method, Headers = headers, Body = body, Timeout = timeout, Secrets = mistakes.Secrets };
    }

    private Uri? Url(Fields fields)
    {
        var text = fields.RequiredText("url", "an absolute http or https address");
        if (text is null)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
        {
            return url;
        }

        mistakes.Add(fields.Find("url")!, $"must be an absolute http or https address, not '{text}'.");
        return null;
    }

    private HttpMethod? Method(Fields fields)
    {
        var text = fields.Text("method") ?? "GET";
        if (Token().IsMatch(text))
        {
            return new HttpMethod(text.ToUpperInvariant());
        }

        mistakes.Add(fields.Find("method")!, $"must be an HTTP method, not '{text}'.");
        return null;
    }

    private List<KeyValuePair<string, string>> Headers(Fields fields)
    {
        List<KeyValuePair<string, string>> headers = [];
        if (fields.Find("headers") is { } json)
        {
            _ = Fields.From(json, mistakes);
            foreach (var (name, value) in json.Members)
            {
                if (!value.IsScalar || !Token().IsMatch(name))
                {
                    mistakes.Add(value, $"must be a header with a valid name and a single value, not {Fields.Words(value)}.");
                }

                headers.Add(new(name, value.AsText()));
            }
        }

        return headers;
    }

    /// <summary>
    /// One number for the whole, or two for connecting and answering, which are added: the limit here is that of the whole.
    /// </summary>
    private TimeSpan Timeout(Fields fields)
    {
        var usual = TimeSpan.FromSeconds(30);
        if (fields.Find("timeout") is not { } timeout)
        {
            return usual;
        }

        var parts = timeout.Kind == JsonValueKind.Array ? timeout.Items : [timeout];
        if (parts.Count is not (1 or 2))
        {
            mistakes.Add(timeout, "must be one number of seconds, or two: for the connection and for the response.");
            return usual;
        }

        return TimeSpan.FromSeconds(parts.Sum(part => fields.Number(part, 0.001, 3_600, " (seconds)") ?? usual.TotalSeconds));
    }

    private Uri WithQuery(Uri url, LocatedJson arguments)
    {
        var query = Encoded(arguments);
        return query.Length == 0 ? url : new UriBuilder(url) { Query = url.Query.Length > 1 ? $"{url.Query}&{query}" : query }.Uri;
    }

    private string? Body(LocatedJson arguments, List<KeyValuePair<string, string>> headers)
    {
        if (arguments.Kind == JsonValueKind.String)
        {
            return arguments.Scalar;
        }

        var type = headers.Find(static header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        if (type is null)
        {
            headers.Add(new("Content-Type", Form));
            return Encoded(arguments);
        }

        if (type.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            return arguments.ToJson();
        }

        if (!type.StartsWith(Form, StringComparison.OrdinalIgnoreCase))
        {
            mistakes.Add(
                arguments, $"cannot be sent as {type}: write them as one text, or set the Content-Type to application/json or {Form}.");
        }

        return Encoded(arguments);
    }

    private string Encoded(LocatedJson arguments)
    {
        _ = Fields.From(arguments, mistakes);
        foreach (var (_, value) in arguments.Members.Where(static member => !member.Value.IsScalar))
        {
            mistakes.Add(value, $"must be a single value to go into a query or a form, not {Fields.Words(value)}.");
        }

        return string.Join('&', arguments.Members.Select(static member =>
            $"{Uri.EscapeDataString(member.Name)}={Uri.EscapeDataString(member.Value.AsText())}"));
    }

    /// <summary>RFC 9110, 5.6.2.</summary>
    [GeneratedRegex(@"^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
