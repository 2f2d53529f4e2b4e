using Resilience.Http.Requests;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Requests;

/// <summary>A request without options is sent without a collection of options.</summary>
public sealed class OptionsPresenceTests
{
    [Fact]
    public void A_request_has_no_options_before_they_are_read()
    {
        var request = new HttpRequestMessage();
        Assert.False(OptionsPresence.MayHaveOptions(request), "The runtime has no such field any more; hedged calls take 104 bytes more.");

        _ = request.Options;

        Assert.True(OptionsPresence.MayHaveOptions(request));
    }

    [Fact]
    public async Task The_chain_does_not_create_options_for_a_hedged_request_without_any()
    {
        var clock = new VirtualTimeProvider();
        using var client = new ChainClient(
            new ScriptedServer(script => script.Always(200), clock),
            options => options.Hedging = new() { Enabled = true, Delay = TimeSpan.FromSeconds(1) },
            clock);
        using var named = new HttpRequestMessage(HttpMethod.Get, "").WithOperationName("named");
        (await client.Http.SendAsync(named, CancellationToken.None)).Dispose();
        using var request = new HttpRequestMessage(HttpMethod.Get, "");

        (await client.Http.SendAsync(request, CancellationToken.None)).Dispose();

        Assert.False(OptionsPresence.MayHaveOptions(request));
    }
}
