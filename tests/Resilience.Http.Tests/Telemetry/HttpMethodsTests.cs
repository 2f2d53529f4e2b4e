using Resilience.Http.Telemetry;

namespace Resilience.Http.Tests.Telemetry;

public sealed class HttpMethodsTests
{
    [Theory]
    [InlineData("GET", "GET")]
    [InlineData("get", "GET")]
    [InlineData("Patch", "PATCH")]
    [InlineData("query", "QUERY")]
    [InlineData("PROPFIND", "PROPFIND")]
    [InlineData("LOCK", "LOCK")]
    [InlineData("propfind", "_OTHER")]
    [InlineData("PRI", "_OTHER")]
    [InlineData("BREW", "_OTHER")]
    public void A_registered_method_has_its_name_as_it_is_sent(string method, string tag) =>
        Assert.Equal(tag, HttpMethods.Known(new HttpMethod(method)));

    [Theory]
    [InlineData("GET", true, true)]
    [InlineData("head", true, true)]
    [InlineData("QUERY", true, true)]
    [InlineData("REPORT", true, true)]
    [InlineData("PUT", false, true)]
    [InlineData("UNLOCK", false, true)]
    [InlineData("COPY", false, true)]
    [InlineData("ORDERPATCH", false, true)]
    [InlineData("POST", false, false)]
    [InlineData("PATCH", false, false)]
    [InlineData("LOCK", false, false)]
    [InlineData("CONNECT", false, false)]
    [InlineData("BREW", false, false)]
    public void Safe_and_idempotent_methods_match_the_registry(string method, bool safe, bool idempotent) =>
        Assert.Equal((safe, idempotent), (HttpMethods.IsSafe(new HttpMethod(method)), HttpMethods.IsIdempotent(new HttpMethod(method))));
}
