namespace Resilience.Http.Settings;

/// <summary>The address of an endpoint. It may lack the final <c>/</c>: nothing is joined to it by the rules of relative URIs.</summary>
internal sealed class EndpointAddressFormat : ValueFormat<Uri>
{
    public static readonly EndpointAddressFormat Instance = new();

    public override string Name => "address";

    public override string Allowed => "an absolute http or https address";

    public override string? Parse(string text, out Uri value)
    {
        var parsed = Uri.TryCreate(text.Trim(), UriKind.RelativeOrAbsolute, out var uri);
        value = uri!;
        return parsed ? Check(value) : "is not an address";
    }

    public override string? Check(Uri value) => value switch
    {
        null => "has no address",
        { IsAbsoluteUri: false } or { Host.Length: 0 } => "is not absolute, write it as https://host/path",
        { Scheme: not ("http" or "https") } => "is neither http nor https",
        { UserInfo.Length: > 0 } => "has a user name, which HttpClient does not send; use an Authorization header",
        { Query.Length: > 0 } or { Fragment.Length: > 0 } => "has a query or fragment, which belongs to requests",
        _ => null,
    };

    public override string Redact(string text) => AddressFormat.Instance.Redact(text);

    public override string Format(Uri value) => AddressFormat.Instance.Format(value); // "none" for null
}
