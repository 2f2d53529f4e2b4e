using System.Net;
using Resilience.Http.Requests;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Requests;

/// <summary>A request without headers is sent without a collection of headers: the runtime tells whether there is one.</summary>
public sealed class HeaderPresenceTests
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public void A_request_has_no_headers_before_somebody_reads_them()
    {
        var request = new HttpRequestMessage();
        Assert.False(HeaderPresence.MayHaveHeaders(request), "The runtime does not tell any more; the calls take 48 bytes more.");

        _ = request.Headers;

        Assert.True(HeaderPresence.MayHaveHeaders(request));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(503)]
    public async Task The_chain_does_not_make_headers_for_a_request_without_any(int status)
    {
        using var client = new ChainClient(new BlindServer(status), options => options.Retry.BaseDelay = TimeSpan.Zero, _clock);
        using var request = new HttpRequestMessage(HttpMethod.Get, "");

        (await client.Http.SendAsync(request, CancellationToken.None)).Dispose();

        Assert.False(HeaderPresence.MayHaveHeaders(request));
    }

    [Fact]
    public async Task A_header_that_a_handler_added_is_gone_at_the_next_attempt()
    {
        var adds = new AddingHandler();
        using var client = new ChainClient(
            new ScriptedServer(script => script.Then(503).Always(200), _clock),
            options => options.Retry.BaseDelay = TimeSpan.Zero,
            _clock,
            inside: adds);

        (await client.Http.GetAsync("", CancellationToken.None)).Dispose();

        Assert.Equal([0, 0], adds.Found);
    }

    private sealed class AddingHandler : DelegatingHandler
    {
        public List<int> Found { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Found.Add(request.Headers.NonValidated.Count);
            request.Headers.Add("X-Attempt", "1");
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Answers without a look at the headers, which would make them. Its first status is given, the others are 200.</summary>
    private sealed class BlindServer(int first) : HttpMessageHandler
    {
        private int _next = first;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage((HttpStatusCode)Interlocked.Exchange(ref _next, 200)));
    }
}
