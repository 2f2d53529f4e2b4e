using Resilience.Http.ClientSettings;
using static Resilience.Http.Tests.Endpoints.EndpointFixture;

namespace Resilience.Http.Tests.Endpoints;

/// <summary>A source whose endpoints change, and that does not know the next ones at once.</summary>
public sealed class SourceChangeTests
{
    private static readonly HttpRequestException None = new(HttpRequestError.NameResolutionError, "there are none");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_that_takes_a_lookup_is_followed_without_a_further_call(bool finds)
    {
        using var replaced = new CancellationTokenSource();
        var source = new Source { Answer = new(Resolved(A, replaced.Token)) };
        using var fixture = new EndpointFixture(static s => s.Always(200), o => o.Endpoints.Source = source, addresses: []);
        await fixture.GetAsync();
        Assert.Equal(A, Assert.Single(fixture.Circuits.GetAll()).Authority);
        var lookup = new TaskCompletionSource<ResolvedEndpoints?>();
        source.Answer = new(lookup.Task);

        await replaced.CancelAsync();
        await EndAsync(lookup, finds ? Resolved(B) : null);

        Assert.Empty(fixture.Circuits.GetAll());
    }

    [Fact]
    public async Task A_lookup_that_fails_late_leaves_endpoints_alone_that_were_found_meanwhile()
    {
        using var replaced = new CancellationTokenSource();
        var source = new Source { Answer = new(Resolved(A, replaced.Token)) };
        using var fixture = new EndpointFixture(static s => s.Always(200), o => o.Endpoints.Source = source, addresses: []);
        await fixture.GetAsync();
        var lookup = new TaskCompletionSource<ResolvedEndpoints?>();
        source.Answer = new(lookup.Task);
        await replaced.CancelAsync();
        source.Answer = new(Resolved(B));
        await fixture.GetAsync();

        await EndAsync(lookup, null);

        Assert.Equal("ab", fixture.Hosts);
        Assert.Equal(B, Assert.Single(fixture.Circuits.GetAll()).Authority);
    }

    /// <summary>On a thread of the pool, where what waits for the lookup goes on at once.</summary>
    private static Task<bool> EndAsync(TaskCompletionSource<ResolvedEndpoints?> lookup, ResolvedEndpoints? found) => Task.Run(
        () => found is null ? lookup.TrySetException(None) : lookup.TrySetResult(found), TestContext.Current.CancellationToken);

    private static ResolvedEndpoints Resolved(string address, CancellationToken replaced = default) =>
        new(new Uri("https://payments.internal/"), [new HttpEndpoint(new Uri(address))], replaced);

    private sealed class Source : IEndpointSource
    {
        public ValueTask<ResolvedEndpoints?> Answer { get; set; }

        public Uri? BaseAddress => null;

        public ValueTask<ResolvedEndpoints?> GetAsync(Uri uri, CancellationToken cancellationToken) => Answer;
    }
}
