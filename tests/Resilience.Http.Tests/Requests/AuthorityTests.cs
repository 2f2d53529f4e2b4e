using Resilience.Http.Requests;

namespace Resilience.Http.Tests.Requests;

/// <summary>What one circuit stands for.</summary>
public sealed class AuthorityTests
{
    [Theory]
    [InlineData("https://payments.internal/v1/charges?q=1#top", "https://payments.internal")]
    [InlineData("https://Payments.INTERNAL:443/", "https://payments.internal")]
    [InlineData("HTTP://payments.internal:80", "http://payments.internal")]
    [InlineData("http://payments.internal:443/", "http://payments.internal:443")]
    [InlineData("https://user:secret@payments.internal/", "https://payments.internal")]
    [InlineData("http://[::1]:8080/", "http://[::1]:8080")]
    [InlineData("http://127.0.0.1/", "http://127.0.0.1")]
    [InlineData("https://bücher.example/", "https://xn--bcher-kva.example")]
    [InlineData("https://payments.internal./", "https://payments.internal")]
    [InlineData("https://payments.internal.:8443/", "https://payments.internal:8443")]
    [InlineData("https://bücher.example。/", "https://xn--bcher-kva.example")]
    [InlineData("http://localhost./", "http://localhost")]
    [InlineData("ws://payments.internal/", "http://payments.internal")]
    [InlineData("wss://payments.internal./", "https://payments.internal")]
    [InlineData("wss://payments.internal:80/", "https://payments.internal:80")]
    [InlineData("http://[FE80::0001]/", "http://[fe80::1]")]
    [InlineData("http://[fe80::1%eth0]/", "http://[fe80::1%eth0]")]
    [InlineData("http://[fe80::1%25eth0]:8080/", "http://[fe80::1%eth0]:8080")]
    [InlineData("ws://[fe80::1%eth1]/", "http://[fe80::1%eth1]")]
    [InlineData("http://127.1/", "http://127.0.0.1")]
    [InlineData("http://0x7f000001/", "http://127.0.0.1")]
    [InlineData("http://127.0.0.1./", "http://127.0.0.1")]
    [InlineData("http://[0:0:0:0:0:0:0:1]/", "http://[::1]")]
    [InlineData("http://[::FFFF:a00:1]/", "http://[::ffff:10.0.0.1]")]
    [InlineData("https://BÜCHER.example./", "https://xn--bcher-kva.example")]
    [InlineData("https://xn--bcher-kva.EXAMPLE./", "https://xn--bcher-kva.example")]
    [InlineData("https://payments.internal:0443/", "https://payments.internal")]
    [InlineData("https://payments_v2.internal./", "https://payments_v2.internal")]
    [InlineData("WSS://Payments.internal.:443/chat", "https://payments.internal")]
    [InlineData("https://payments.internal:/", "https://payments.internal")]
    public void An_authority_is_scheme_host_and_port_in_lower_case_without_the_default_port(string uri, string authority)
    {
        Assert.Equal(authority, Authority.From(new Uri(uri)));
        Assert.True(Authority.TryParse(uri, out var parsed));
        Assert.Equal(authority, parsed);
    }

    [Theory]
    [InlineData("https://payments.internal/v1/charges")]
    [InlineData("https://payments.internal?q=1")]
    [InlineData("https://payments.internal#top")]
    [InlineData("https://payments.internal")]
    [InlineData("http://[::1]:8080/x")]
    public void The_usual_spelling_is_the_authority_itself(string uri)
    {
        var authority = Authority.From(new Uri(uri));

        Assert.Equal(authority, Authority.SliceFrom(new Uri(uri)).ToString());
        Assert.True(Authority.Begins(new Uri(uri), authority));
    }

    [Theory]
    [InlineData("https://payments.internal@evil.example/")]
    [InlineData("https://payments.internal:443@evil.example/")]
    [InlineData("https://payments.internal.evil.example/")]
    [InlineData("https://payments.internal:8443/")]
    [InlineData("http://payments.internal/")]
    public void No_other_authority_matches_the_spelling(string uri)
    {
        Assert.NotEqual("https://payments.internal", Authority.SliceFrom(new Uri(uri)).ToString());
        Assert.False(Authority.Begins(new Uri(uri), "https://payments.internal"));
    }

    [Fact]
    public void Slicing_the_authority_from_a_uri_allocates_nothing()
    {
        var uri = new Uri(new Uri("https://payments.internal/v1/"), "charges?q=1");
        _ = Authority.SliceFrom(uri).Length;

        var before = GC.GetAllocatedBytesForCurrentThread();
        var length = Authority.SliceFrom(uri).Length;

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal("https://payments.internal".Length, length);
    }

    [Theory]
    [InlineData("payments.internal")]
    [InlineData("payments.internal:8443")]
    [InlineData("/v1")]
    [InlineData("")]
    public void An_address_without_scheme_and_host_is_not_an_authority(string text) => Assert.False(Authority.TryParse(text, out _));
}
