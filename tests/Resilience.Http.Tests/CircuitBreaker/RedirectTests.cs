using System.Net;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Requests;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>api.internal redirects to storage.internal. The client's base address is the API.</summary>
public sealed class RedirectTests : IDisposable
{
    private const string Api = "https://api.internal";
    private const string Storage = "https://storage.internal";

    private readonly VirtualTimeProvider _clock = new();
    private readonly RecordedLog _log = new();

    public enum Ending
    {
        Unavailable,
        Refused,
        Cut,
        AttemptTimeout,
        TotalTimeout,
        CallerCancels,
        Unrecognized,
    }

    public static TheoryData<Ending, bool> Endings =>
        new(from ending in Enum.GetValues<Ending>() from observed in new[] { false, true } select (ending, observed));

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Whatever_comes_after_a_redirect_is_a_success_of_the_host_that_redirected(Ending ending, bool observed)
    {
        using var server = ServerThat(ending);
        using var client = Client(server, observed ? new Rewriting("https://10.0.0.1", restores: true) : null);

        await CallAsync(client, ending);
        await CallAsync(client, ending);

        var api = Find(client, Api)!;
        Assert.Equal((CircuitState.Closed, 0, 0.0), (api.State, api.ConsecutiveFailures, api.FailureRatio));
        Assert.True(api.Throughput > 0); // Two timeouts of 10 s are not in one window.
        Assert.Null(Find(client, Storage));
    }

    [Theory]
    [InlineData(Ending.Unavailable, true)]
    [InlineData(Ending.Refused, true)]
    [InlineData(Ending.Cut, true)]
    [InlineData(Ending.AttemptTimeout, true)]
    [InlineData(Ending.TotalTimeout, true)]
    [InlineData(Ending.CallerCancels, false)]
    [InlineData(Ending.Unrecognized, false)]
    public async Task What_comes_after_a_redirect_counts_for_the_circuit_of_the_target(Ending ending, bool opens)
    {
        using var server = ServerThat(ending);
        using var client = Client(server, inside: null);
        ServiceCircuits.GetOrCreate(client.Service).EnsureCreated(new Uri(Storage));

        await CallAsync(client, ending);

        Assert.Equal(opens ? CircuitState.Open : CircuitState.Closed, Find(client, Storage)!.State);
        Assert.Equal(CircuitState.Closed, Find(client, Api)!.State);
    }

    [Fact]
    public async Task A_success_after_a_redirect_counts_for_the_target_too()
    {
        using var server = new RedirectingServer(static _ => new HttpResponseMessage());
        using var client = Client(server, inside: null);
        ServiceCircuits.GetOrCreate(client.Service).EnsureCreated(new Uri(Storage));

        await CallAsync(client, Ending.Unavailable);

        Assert.Equal(1, Find(client, Storage)!.Throughput);
        Assert.Equal(1, Find(client, Api)!.Throughput);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_URI_that_a_handler_in_between_rewrote_is_not_a_redirect(bool restores)
    {
        using var server = new RedirectingServer(static _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable))
        {
            Location = null
        };
        using var client = Client(server, new Rewriting("https://10.0.0.1", restores));

        await CallAsync(client, Ending.Unavailable);

        Assert.Equal(CircuitState.Open, Find(client, Api)!.State);
    }

    [Theory]
    [InlineData(Ending.Unavailable)]
    [InlineData(Ending.Refused)]
    public async Task A_redirect_of_a_copy_that_a_handler_sends_is_seen(Ending ending)
    {
        using var server = ServerThat(ending);
        using var client = Client(server, new Rewriting(Api, restores: false, copies: true));

        await CallAsync(client, ending);

        Assert.Equal(CircuitState.Closed, Find(client, Api)!.State);
    }

    [Theory]
    [InlineData("https://api.internal/elsewhere")]
    [InlineData("https://API.internal:443/elsewhere")]
    [InlineData("https://api.internal./elsewhere")]
    [InlineData("https://someone@api.internal/elsewhere")]
    [InlineData("wss://api.internal/elsewhere")]
    public async Task A_redirect_within_the_authority_counts_as_before(string location)
    {
        using var server = new RedirectingServer(static _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable))
        {
            Location = location
        };
        using var client = Client(server, inside: null);

        await CallAsync(client, Ending.Unavailable);

        Assert.Equal(CircuitState.Open, Find(client, Api)!.State);
    }

    [Theory]
    [InlineData("http://[fe80::1%25eth0]/a", "http://[fe80::1%eth0]/b", false)]
    [InlineData("http://[fe80::1%25eth0]/a", "https://[fe80::1%eth0]/b", false)]
    [InlineData("http://[fe80::1%25eth0]/a", "http://[fe80::1%eth1]/b", true)]
    [InlineData("http://[::1]/a", "http://[0:0::1]:80/b", false)]
    [InlineData("http://bücher.example/a", "http://xn--bcher-kva.example./b", false)]
    [InlineData("https://api.internal/a", "http://api.internal/b", true)]
    [InlineData("http://api.internal:8080/a", "https://api.internal/b", true)]
    [InlineData("http://api.internal/a", "https://api.internal:8443/b", true)]
    [InlineData("http://api.internal:8080/a", "https://api.internal:8080/b", true)]
    public void Two_spellings_of_one_authority_are_one(string from, string to, bool leaves) =>
        Assert.Equal(leaves, new Redirect(new(from), new(to)).LeavesAuthority);

    [Theory]
    [InlineData("http://api.internal/file", "https://api.internal/file")]
    [InlineData("http://api.internal./file", "https://api.internal/file")]
    [InlineData("http://api.internal/file", "https://API.internal.:443/file")]
    [InlineData("ws://api.internal/file", "wss://api.internal/file")]
    [InlineData("http://api.internal:80/file", "https://someone@api.internal/file")]
    public async Task An_upgrade_to_https_stays_with_the_host(string from, string location)
    {
        using var server = new RedirectingServer(static _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable))
        {
            Location = location
        };
        using var client = Client(server, inside: null);

        using var request = new HttpRequestMessage(HttpMethod.Get, from);
        using var response = await client.Http.SendAsync(request);

        Assert.Equal(CircuitState.Open, Find(client, "http://api.internal")!.State);
    }

    [Fact]
    public async Task A_redirect_back_to_the_authority_of_the_caller_counts_as_before()
    {
        using var server = new RedirectingServer(static _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable))
        {
            Location = $"{Api}/elsewhere"
        };
        using var client = Client(
            server, new Rewriting("https://10.0.0.1", restores: true), static options => options.CircuitBreaker.FailureThreshold = 2);

        await CallAsync(client, Ending.Unavailable);
        await CallAsync(client, Ending.Unavailable);

        Assert.Equal(CircuitState.Open, Find(client, Api)!.State);
    }

    [Fact]
    public async Task A_slow_call_that_was_redirected_is_slow_for_the_target_alone()
    {
        using var server = new RedirectingServer(async (_, cancellationToken) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(6), _clock, cancellationToken);
            return new HttpResponseMessage();
        });
        using var client = Client(
            server, inside: null, static options => options.CircuitBreaker.SlowCallDuration = TimeSpan.FromSeconds(5));
        ServiceCircuits.GetOrCreate(client.Service).EnsureCreated(new Uri(Storage));

        await CallAsync(client, Ending.Unavailable);

        Assert.Equal((0.0, 1.0), (Find(client, Api)!.SlowRatio, Find(client, Storage)!.SlowRatio));
    }

    [Fact]
    public async Task The_redirect_of_an_attempt_is_forgotten_when_the_next_one_is_not_sent()
    {
        using var server = ServerThat(Ending.Unavailable);
        using var client = Client(
            server, new SendingOnce(), static options => (options.Retry.Enabled, options.Retry.MaxRetries) = (true, 1));

        await CallAsync(client, Ending.Unavailable);

        Assert.Equal((1, CircuitState.Open), (server.Sent, Find(client, Api)!.State));
    }

    [Fact]
    public async Task A_redirect_of_a_copy_is_seen_through_the_exception_of_a_handler()
    {
        using var server = ServerThat(Ending.Refused);
        using var client = Client(server, new CopyingAndWrapping());

        await CallAsync(client, Ending.Refused);

        Assert.Equal(CircuitState.Closed, Find(client, Api)!.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_target_that_is_open_or_only_observed_causes_no_warning(bool observed)
    {
        using var server = ServerThat(Ending.Unavailable);
        using var client = Client(
            server,
            inside: null,
            options => options.CircuitBreaker.Mode = observed ? HttpCircuitBreakerMode.Observe : HttpCircuitBreakerMode.Enforce);
        var circuits = ServiceCircuits.GetOrCreate(client.Service);
        circuits.EnsureCreated(new Uri(Storage));
        if (observed)
        {
            circuits.Isolate("moving house", duration: null, Storage);
        }

        await CallAsync(client, Ending.Unavailable);
        await CallAsync(client, Ending.Unavailable);

        Assert.Equal(observed ? CircuitState.Isolated : CircuitState.Open, Find(client, Storage)!.State);
        Assert.Empty(_log.Of("IsolatedReachedByRedirect"));
    }

    [Theory]
    [InlineData(true, CircuitState.Open)]
    [InlineData(false, CircuitState.Closed)]
    public async Task The_last_send_of_a_handler_that_repeats_decides_whether_it_was_redirected(bool restores, CircuitState state)
    {
        RedirectingServer server = null!;
        using (server = new RedirectingServer(
            _ => new HttpResponseMessage(server.Sent == 1 ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable)))
        {
            using var client = Client(server, new SendingTwice(restores, between: () => server.Location = null));

            await CallAsync(client, Ending.Unavailable);

            Assert.Equal(2, server.Sent);
            Assert.Equal(state, Find(client, Api)!.State);
        }
    }

    [Fact]
    public async Task One_circuit_for_the_whole_service_counts_everything()
    {
        using var server = ServerThat(Ending.Unavailable);
        using var client = Client(server, inside: null, static options => options.CircuitBreaker.Scope = HttpCircuitBreakerScope.Service);

        await CallAsync(client, Ending.Unavailable);

        Assert.Equal(CircuitState.Open, Assert.Single(ServiceCircuits.GetOrCreate(client.Service).Snapshots()).State);
    }

    [Fact]
    public async Task An_isolated_target_that_is_reached_by_a_redirect_is_one_warning()
    {
        using var server = new RedirectingServer(static _ => new HttpResponseMessage());
        using var client = Client(server, inside: null);
        ServiceCircuits.GetOrCreate(client.Service).Isolate("moving house", duration: null, Storage);

        await CallAsync(client, Ending.Unavailable);
        await CallAsync(client, Ending.Unavailable);

        var line = Assert.Single(_log.Of("IsolatedReachedByRedirect"));
        Assert.Equal((Microsoft.Extensions.Logging.LogLevel.Warning, (object)Storage), (line.Level, line.Fields["Authority"]));
        Assert.Equal(CircuitState.Isolated, Find(client, Storage)!.State);
    }

    [Fact]
    public async Task An_open_circuit_of_the_target_does_not_stop_the_retry()
    {
        using var server = ServerThat(Ending.Unavailable);
        using var client = Client(server, inside: null, static options => options.Retry.Enabled = true);
        ServiceCircuits.GetOrCreate(client.Service).EnsureCreated(new Uri(Storage));

        using var response = await _clock.RunAsync(() => client.Http.GetAsync("file"));

        Assert.Equal(4, server.Sent);
    }

    [Fact]
    public async Task A_redirect_closes_a_half_open_circuit()
    {
        using var server = new RedirectingServer(static _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable))
        {
            Location = null
        };
        using var client = Client(server, inside: null, static options => options.CircuitBreaker.HalfOpenMaxCalls = 1);
        await CallAsync(client, Ending.Unavailable);
        Assert.Equal(CircuitState.Open, Find(client, Api)!.State);
        server.Location = Storage;

        _clock.Advance(TimeSpan.FromMinutes(3));
        await CallAsync(client, Ending.Unavailable);

        Assert.Equal(CircuitState.Closed, Find(client, Api)!.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_synchronous_call_sees_redirects_too(bool observed)
    {
        using var server = ServerThat(Ending.Unavailable);
        using var client = Client(server, observed ? new Rewriting("https://10.0.0.1", restores: true) : null);

        using var response = client.Http.Send(new HttpRequestMessage(HttpMethod.Get, "file"));

        Assert.Equal(CircuitState.Closed, Find(client, Api)!.State);
    }

    [Fact]
    public async Task A_refused_connection_after_a_redirect_is_not_unsent_below_service_discovery()
    {
        using var server = ServerThat(Ending.Refused);
        using var client = Client(
            server, new Rewriting("https://10.0.0.1", restores: true), static options => options.Retry.Enabled = true);

        await Assert.ThrowsAsync<HttpRequestException>(
            () => _clock.RunAsync(() => client.Http.PostAsync("file", new StringContent("order"))));

        Assert.Equal(1, server.Sent);
    }

    public void Dispose() => _log.Dispose();

    private sealed class SendingTwice(bool restores, Action between) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = request.RequestUri;
            (await base.SendAsync(request, cancellationToken)).Dispose();
            between();
            request.RequestUri = restores ? asked : request.RequestUri;
            return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Passes the first attempt on, and fails by itself from then on.</summary>
    private sealed class SendingOnce : DelegatingHandler
    {
        private int _sent;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _sent++ == 0
                ? base.SendAsync(request, cancellationToken)
                : throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut");
    }

    private sealed class CopyingAndWrapping : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                using var copy = new HttpRequestMessage(request.Method, request.RequestUri);
                return await base.SendAsync(copy, cancellationToken);
            }
            catch (HttpRequestException exception)
            {
                throw new HttpRequestException("The file could not be read.", exception);
            }
        }
    }

    private static CircuitSnapshot? Find(ChainClient client, string authority) =>
        ServiceCircuits.GetOrCreate(client.Service).Find(authority);

    private static RedirectingServer ServerThat(Ending ending) => new((_, cancellationToken) => ending switch
    {
        Ending.Unavailable => Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)),
        Ending.Refused => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"),
        Ending.Cut => throw new HttpRequestException(HttpRequestError.ResponseEnded, "cut"),
        Ending.Unrecognized => throw new FormatException("odd"),
        _ => HangAsync(cancellationToken),
    });

    private static async Task<HttpResponseMessage> HangAsync(CancellationToken cancellationToken)
    {
        await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        return new HttpResponseMessage();
    }

    private ChainClient Client(HttpMessageHandler server, DelegatingHandler? inside, Action<ResilientHttpClientOptions>? configure = null)
    {
        var client = new ChainClient(
            server,
            options =>
            {
                options.Retry.Enabled = false;
                options.CircuitBreaker.FailureThreshold = 1;
                configure?.Invoke(options);
            },
            _clock,
            _log,
            inside: inside,
            name: "api");
        client.Http.BaseAddress = new Uri(Api);
        return client;
    }

    private async Task CallAsync(ChainClient client, Ending ending)
    {
        using var caller = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, "file");
        if (ending == Ending.TotalTimeout)
        {
            request.WithTotalTimeout(TimeSpan.FromSeconds(1));
        }

        try
        {
            await _clock.RunAsync(async () =>
            {
                await using var timer = _clock.CreateTimer(
                    _ => caller.Cancel(),
                    null,
                    ending == Ending.CallerCancels ? TimeSpan.FromMilliseconds(100) : Timeout.InfiniteTimeSpan,
                    Timeout.InfiniteTimeSpan);
                using var response = await client.Http.SendAsync(request, caller.Token);
                return response.StatusCode;
            });
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or FormatException)
        {
        }
    }
}
