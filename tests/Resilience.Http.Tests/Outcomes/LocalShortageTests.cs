using System.Net.Sockets;
using Resilience.Http.Outcomes;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Outcomes;

/// <summary>
/// The errors are those that .NET 10 gave on Linux without free ports and without file handles, and those that Windows documents.
/// </summary>
public sealed class LocalShortageTests
{
    public static TheoryData<SocketError> Shortages =>
    [
        SocketError.AddressNotAvailable, SocketError.AddressAlreadyInUse, SocketError.TooManyOpenSockets,
        SocketError.NoBufferSpaceAvailable, SocketError.ProcessLimit, SocketError.SocketError,
    ];

    [Theory]
    [MemberData(nameof(Shortages))]
    public void A_local_shortage_sent_nothing_and_is_marked(SocketError error)
    {
        Assert.All(
            new[] { HttpRequestError.ConnectionError, HttpRequestError.NameResolutionError, HttpRequestError.SecureConnectionError },
            kind => Assert.Equal(
                new Judgement(AttemptVerdict.Retryable, JudgementTraits.NothingSent | JudgementTraits.LocalShortage),
                OutcomeTable.Judge(Failed(kind, error), requestUntouched: true)));
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused)]
    [InlineData(SocketError.HostUnreachable)]
    [InlineData(SocketError.HostNotFound)]
    [InlineData(SocketError.TryAgain)]
    [InlineData(SocketError.ConnectionReset)]
    public void Other_errors_are_not_local(SocketError error) =>
        Assert.Equal(
            new Judgement(AttemptVerdict.Transient, JudgementTraits.NothingSent),
            OutcomeTable.Judge(Failed(HttpRequestError.ConnectionError, error), requestUntouched: true));

    [Fact]
    public void A_local_shortage_after_bytes_may_have_been_sent_is_not_marked_as_unsent() =>
        Assert.Equal(
            new Judgement(AttemptVerdict.Retryable, JudgementTraits.LocalShortage),
            OutcomeTable.Judge(
                new HttpRequestException("x", new IOException("x", new SocketException((int)SocketError.NoBufferSpaceAvailable))),
                requestUntouched: true));

    [Fact]
    public async Task A_local_shortage_is_repeated_even_for_a_POST_and_never_opens_the_circuit()
    {
        var clock = new VirtualTimeProvider();
        var sent = 0;
        using var server = new ThrowingServer(
            () => ++sent % 4 == 0 ? null : Failed(HttpRequestError.ConnectionError, SocketError.AddressNotAvailable));
        using var client = new ChainClient(server, static options => options.CircuitBreaker.FailureThreshold = 1, clock);

        for (var call = 0; call < 3; call++)
        {
            using var response = await clock.RunAsync(() => client.Http.PostAsync("orders", new StringContent("order")));
            Assert.True(response.IsSuccessStatusCode);
        }

        Assert.Equal(12, sent);
    }

    private static HttpRequestException Failed(HttpRequestError kind, SocketError error) => new(kind, "x", new SocketException((int)error));

    private sealed class ThrowingServer(Func<Exception?> next) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            next() is { } exception ? Task.FromException<HttpResponseMessage>(exception) : Task.FromResult(new HttpResponseMessage());
    }
}
