using Resilience.Http.Endpoints;
using Resilience.Http.Requests;

namespace Resilience.Http.Tests.Endpoints;

/// <summary>What a client would send by itself, an endpoint gets byte for byte behind its own base path.</summary>
public sealed class UriRouterTests(ITestOutputHelper output)
{
    /// <summary>An IP address alone, a host with a base path without the final slash, and an IPv6 address with one.</summary>
    private static readonly string[] Shapes = ["http://10.0.0.1:8080", "https://b.internal/v2%2Fx/api", "http://[::1]:9000/base/"];

    [Theory]
    [MemberData(nameof(RequestUris.Table), MemberType = typeof(RequestUris))]
    public void A_request_keeps_its_path_query_and_fragment(string baseAddress, string request)
    {
        foreach (var shape in Shapes)
        {
            Check(new Uri(baseAddress), new Uri(new Uri(baseAddress), request), shape);
        }
    }

    [Fact]
    public void Any_path_and_query_stay_as_they_are()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        const string Parts = "abcXYZ019-._~!$&'()*+,;=:@/%2F%2f%20%25%C3%A9%00%5C%3F%23";
        for (var i = 0; i < 2_000; i++)
        {
            var path = Text(random, Parts);
            var query = random.Next(2) == 0 ? "" : $"?{Text(random, Parts)}{(random.Next(3) == 0 ? "?/" : "")}";
            var uri = random.Next(4) == 0
                ? AsWritten($"http://orders.internal/base/{path}{query}")
                : new Uri($"http://orders.internal/base/{path}{query}{(random.Next(3) == 0 ? "#part%2F" : "")}");
            if (uri.PathAndQuery.StartsWith("/base/", StringComparison.Ordinal)) // dots may lead out of it
            {
                Check(new Uri("http://orders.internal/base/"), uri, Shapes[random.Next(Shapes.Length)]);
            }
        }
    }

    [Theory]
    [InlineData("http://orders.internal/api/", "http://orders.internal/apis/1")]
    [InlineData("http://orders.internal/api/", "http://orders.internal/")]
    [InlineData("http://orders.internal/api/", "https://orders.internal/api/1")]
    [InlineData("http://orders.internal/api/", "http://orders.internal:81/api/1")]
    [InlineData("http://orders.internal/api/", "http://other.internal/api/1")]
    [InlineData("http://orders.internal/api/", "http://orders.internal/API/1")]
    public void A_request_outside_the_base_address_is_not_routed(string baseAddress, string request)
    {
        var uri = new Uri(request);

        Assert.False(new UriRouter(new Uri(baseAddress)).TryGetRest(uri, uri.PathAndQuery, out _));
    }

    [Theory]
    [InlineData("http://orders.internal/api/", "HTTP://ORDERS.internal:80/api/1", "/1")]
    [InlineData("http://orders.internal/api/", "http://orders.internal/api", "")]
    [InlineData("http://orders.internal/api/", "http://orders.internal/api?q=1", "?q=1")]
    [InlineData("http://orders.internal/api/", "ws://orders.internal/api/socket", "/socket")]
    [InlineData("http://bücher.example/", "http://xn--bcher-kva.example/1", "/1")]
    [InlineData("https+http://basket/", "https+http://basket/items/1?q", "/items/1?q")]
    public void A_base_address_is_found_however_it_is_spelled(string baseAddress, string request, string rest)
    {
        var uri = new Uri(request);

        Assert.True(new UriRouter(new Uri(baseAddress)).TryGetRest(uri, uri.PathAndQuery, out var found));
        Assert.Equal(rest, found.ToString());
    }

    [Fact]
    public void A_routed_uri_keeps_the_original_uri_of_the_caller()
    {
        var original = new Uri("http://user:secret@orders.internal/1#part");

        var routed = Route(new Uri("http://orders.internal/"), original, "https://a.internal");

        Assert.Same(original, routed.Original);
        Assert.Equal("https://user:secret@a.internal/1#part", routed.OriginalString);
    }

    [Theory]
    [InlineData("https://orders.internal/", "http://10.0.0.1:8080", null, "orders.internal")]
    [InlineData("https://orders.internal:8443/", "http://[::1]:8080", null, "orders.internal:8443")]
    [InlineData("https://orders.internal/", "http://a.internal:8080", null, null)]
    [InlineData("http://10.0.0.9/", "http://10.0.0.1:8080", null, null)]
    [InlineData("https://orders.internal/", "http://10.0.0.1:8080", "orders.example", "orders.example")]
    [InlineData("https://orders.internal/", "http://a.internal:8080", "orders.example:81", "orders.example:81")]
    public void The_host_header_is_the_name_of_the_service_if_the_endpoint_has_none(
        string baseAddress, string address, string? hostName, string? expected)
    {
        var settings = new HttpEndpoint(new Uri(address)) { HostName = hostName };

        var endpoint = new Endpoint(settings, new UriRouter(new Uri(baseAddress)).HostHeader, new EndpointState());

        Assert.Equal(expected, endpoint.HostHeader);
    }

    private static void Check(Uri baseAddress, Uri request, string shape)
    {
        var basePath = baseAddress.AbsolutePath.TrimEnd('/');
        var shapePath = new Uri(shape).AbsolutePath.TrimEnd('/');
        var rest = request.PathAndQuery[basePath.Length..];

        var routed = Route(baseAddress, request, shape);

        var root = shapePath.Length == 0 && !rest.StartsWith('/') ? "/" : "";
        Assert.Equal($"{shapePath}{root}{rest}", routed.PathAndQuery);
        Assert.Equal(request.Fragment, routed.Fragment);
        Assert.Equal(Authority.From(new Uri(shape)), Authority.From(routed));
    }

    private static RoutedUri Route(Uri baseAddress, Uri request, string endpoint)
    {
        var router = new UriRouter(baseAddress);
        Assert.True(router.TryGetRest(request, request.PathAndQuery, out var rest), request.ToString());
        return UriRouter.Route(new Endpoint(new(new Uri(endpoint)), null, new()), request, rest, setsHost: false);
    }

    private static Uri AsWritten(string uri) => new(uri, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static string Text(Random random, string parts)
    {
        var text = new System.Text.StringBuilder();
        for (var left = random.Next(12); left > 0; left--)
        {
            var at = random.Next(parts.Length);
            text.Append(parts[at] == '%' || char.IsAsciiHexDigit(parts[at]) && at > 0 && parts[at - 1] == '%' ? "%2F" : parts[at]);
        }

        return text.ToString();
    }
}
