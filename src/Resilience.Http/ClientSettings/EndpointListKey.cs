using Resilience.Http.Settings;

namespace Resilience.Http.ClientSettings;

/// <summary>The list of addresses. What configuration lists takes the place of the whole list of an earlier layer.</summary>
internal sealed class EndpointListKey(string name, string description) : OptionKey<HttpEndpointsOptions>(name, description)
{
    private static readonly EndpointAddressFormat Address = EndpointAddressFormat.Instance;

    public override void Read(ConfigurationNode node, HttpEndpointsOptions target, string key, OptionsReadResult reading)
    {
        if (node.Text?.Length > 0)
        {
            reading.AddListExpected(node, Address.Redact(node.Text));
            return;
        }

        List<HttpEndpoint> endpoints = [];
        foreach (var item in node.Items)
        {
            // The place in the list that is checked: an item before it may have been left out because of a mistake.
            if (ReadItem(item, $"{key}:{endpoints.Count}", reading) is { } endpoint)
            {
                endpoints.Add(endpoint);
            }
        }

        target.Addresses = endpoints;
    }

    public override void Check(HttpEndpointsOptions target, string key, OptionsReadResult reading)
    {
        if (target.Addresses is not { } endpoints)
        {
            reading.AddError($"{reading.Origin(key, "null")} must not be null; use an empty list");
            return;
        }

        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < endpoints.Count; i++)
        {
            var at = $"{key}:{i}";
            if (endpoints[i] is not { Address: not null } endpoint)
            {
                reading.AddError($"{reading.Origin(at, "null")} has no address; allowed: {Address.Allowed}");
                continue;
            }

            HttpEndpointsOptionsKeys.OfEndpoint.Check(endpoint, at, reading);
            if (Address.Check(endpoint.Address) is null && !known.Add(EndpointIdentity.Of(endpoint)))
            {
                reading.AddError($"{reading.Origin($"{at}:{nameof(HttpEndpoint.Address)}", Address.Format(endpoint.Address))} is listed " +
                    $"twice; give one of them a higher {nameof(HttpEndpoint.Weight)} instead");
            }
        }
    }

    public override void Compare(HttpEndpointsOptions before, HttpEndpointsOptions after, string key, ICollection<OptionChange> changes)
    {
        var (was, now) = (Format(before), Format(after));
        if (was != now)
        {
            changes.Add(new OptionChange(key, OptionsReadResult.Shorten(was), OptionsReadResult.Shorten(now)));
        }
    }

    public override string Format(HttpEndpointsOptions target) =>
        target.Addresses is not { Count: > 0 } endpoints ? "none" : string.Join(", ", endpoints.Select(Format));

    public override IEnumerable<OptionRow> Rows(HttpEndpointsOptions defaults, string key) =>
        [new OptionRow(key, "list of addresses", Format(defaults), Address.Allowed, Description, Format(defaults))];

    public override SchemaNode Node(HttpEndpointsOptions defaults) =>
        new ValueNode(Name, Description, Address.Shape, Format(defaults), Address.Allowed, IsList: true)
        {
            ItemKeys = HttpEndpointsOptionsKeys.OfEndpoint.Nodes(new HttpEndpoint()),
        };

    private static HttpEndpoint? ReadItem(ConfigurationNode item, string key, OptionsReadResult reading)
    {
        var endpoint = new HttpEndpoint();
        if (item.Children.Count > 0)
        {
            HttpEndpointsOptionsKeys.OfEndpoint.Read(item, endpoint, key, reading);
            if (endpoint.Address is null && item.Child(nameof(HttpEndpoint.Address)) is not { Text: not null })
            {
                reading.AddError($"{item.Path} has no {nameof(HttpEndpoint.Address)}; allowed: {Address.Allowed}");
            }

            return endpoint.Address is null ? null : endpoint;
        }

        if (Address.Parse(item.Text ?? "", out var address) is { } wrong)
        {
            reading.AddError($"{OptionsReadResult.Quote(item, Address.Redact(item.Text ?? ""))} {wrong}; allowed: {Address.Allowed}");
            return null;
        }

        endpoint.Address = address;
        reading.RecordOrigin($"{key}:{nameof(HttpEndpoint.Address)}", item, Address.Format(address), Address.Redact(item.Text ?? ""));
        return endpoint;
    }

    private static string Format(HttpEndpoint endpoint)
    {
        List<string> more = [];
        if (endpoint.HostName is { } host)
        {
            more.Add($"{nameof(HttpEndpoint.HostName)} {host}");
        }

        if (endpoint.Weight != 1)
        {
            more.Add($"{nameof(HttpEndpoint.Weight)} {endpoint.Weight}");
        }

        if (endpoint.Order != 0)
        {
            more.Add($"{nameof(HttpEndpoint.Order)} {endpoint.Order}");
        }

        var address = Address.Format(endpoint.Address);
        return more.Count == 0 ? address : $"{address} ({string.Join(", ", more)})";
    }
}
