using System.Net;
using System.Text;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Timeouts;

namespace Resilience.Http.Tests.Fallback;

public sealed class StaleIfErrorTests
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task The_last_good_answer_is_returned_with_its_age()
    {
        using var client = Client(Good("one"), Bad());

        Assert.Equal("one", await ReadAsync(client, "items/1"));
        _clock.Advance(TimeSpan.FromSeconds(7));
        using var stale = await _clock.RunAsync(() => client.Http.GetAsync("items/1", CancellationToken.None));

        Assert.Equal("one", await stale.Content.ReadAsStringAsync(CancellationToken.None));
        Assert.Equal("text/plain", stale.Content.Headers.ContentType!.MediaType);
        Assert.Equal("stale", Assert.Single(stale.Headers.GetValues("Resilience-Fallback")));
        Assert.Equal(TimeSpan.FromSeconds(7), stale.Headers.Age);
    }

    [Fact]
    public async Task Two_users_of_different_api_keys_never_see_each_others_answer()
    {
        using var client = Client(Good("the answer of A"), Bad());
        Assert.Equal("the answer of A", await ReadAsync(client, "account", request => request.Headers.Add("X-Api-Key", "A")));

        using var ofB = await SendAsync(client, "account", request => request.Headers.Add("X-Api-Key", "B"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ofB.StatusCode);

        using var ofA = await SendAsync(client, "account", request => request.Headers.Add("X-Api-Key", "A"));
        Assert.Equal("the answer of A", await ofA.Content.ReadAsStringAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Users_whose_token_an_inner_handler_adds_never_see_each_others_answers()
    {
        var token = new TokenHandler { Token = "A" };
        using var client = Client(token, Good("the answer of A"), Bad());
        Assert.Equal("the answer of A", await ReadAsync(client, "account"));

        token.Token = "B";
        using var ofB = await SendAsync(client, "account");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ofB.StatusCode);

        token.Token = "A";
        using var ofA = await SendAsync(client, "account");
        Assert.Equal("stale", Assert.Single(ofA.Headers.GetValues("Resilience-Fallback")));
    }

    [Fact]
    public async Task Trace_headers_do_not_choose_an_answer()
    {
        using var client = Client(Good("one"), Bad());
        await ReadAsync(
            client, "", request => request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

        Assert.Equal(
            "one",
            await ReadAsync(
                client, "", request => request.Headers.Add("traceparent", "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")));
    }

    [Theory]
    [InlineData("b3")]
    [InlineData("X-B3-TraceId")]
    [InlineData("x-b3-spanid")]
    [InlineData("X-Amzn-Trace-Id")]
    [InlineData("X-Cloud-Trace-Context")]
    [InlineData("uber-trace-id")]
    [InlineData("x-datadog-parent-id")]
    [InlineData("sentry-trace")]
    public async Task Nor_do_those_of_other_tracers(string header)
    {
        using var client = Client(Good("one"), Bad());
        await ReadAsync(client, "", request => request.Headers.TryAddWithoutValidation(header, "1"));

        Assert.Equal("one", await ReadAsync(client, "", request => request.Headers.TryAddWithoutValidation(header, "2")));
    }

    [Fact]
    public async Task A_request_with_a_body_shares_no_answer_with_another()
    {
        using var client = Client(Good("the hits of A"), Bad());
        await ReadAsync(client, "search", request => request.Content = new StringContent("A"));

        using var ofB = await SendAsync(client, "search", request => request.Content = new StringContent("B"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ofB.StatusCode);
    }

    [Fact]
    public async Task Another_user_agent_may_get_another_answer()
    {
        using var client = Client(Good("for A"), Bad());
        await ReadAsync(client, "", request => request.Headers.UserAgent.ParseAdd("A"));

        using var ofB = await SendAsync(client, "", request => request.Headers.UserAgent.ParseAdd("B"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ofB.StatusCode);
    }

    [Theory]
    [InlineData("no-store")]
    [InlineData("no-store, max-age=-1")]
    public async Task The_answer_to_a_request_that_forbids_it_is_not_kept(string cacheControl)
    {
        using var client = Client(Good("one"), Bad());
        await ReadAsync(client, "", Forbid);

        using var response = await SendAsync(client, "", Forbid);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);

        void Forbid(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("Cache-Control", cacheControl);
    }

    [Theory]
    [InlineData(AttemptVerdict.Failure)]
    [InlineData(AttemptVerdict.Ignored)]
    public async Task A_2xx_that_was_judged_no_success_is_not_the_last_good_answer(AttemptVerdict verdict)
    {
        using var client = Client(
            Server(Good("one"), Good("down for maintenance", static response => response.Headers.Add("X-Maintenance", "yes")), Bad()),
            judge: outcome => outcome.Response!.Headers.Contains("X-Maintenance") ? verdict : null);
        Assert.Equal("one", await ReadAsync(client, ""));
        Assert.Equal("down for maintenance", await ReadAsync(client, ""));

        Assert.Equal("one", await ReadAsync(client, ""));
    }

    [Theory]
    [InlineData("Cache-Control", "no-store")]
    [InlineData("Cache-Control", "no-store, max-age=-1")] // .NET drops the whole line for one directive that it cannot read.
    [InlineData("Cache-Control", "private, max-age=0.5")]
    [InlineData("Cache-Control", "no-store; max-age=0")]
    [InlineData("Cache-Control", "no-store, max-age=99999999999")]
    [InlineData("Cache-Control", "no-cache")]
    [InlineData("Cache-Control", "private")]
    [InlineData("Cache-Control", "max-age=60, must-revalidate")]
    [InlineData("Cache-Control", "max-age=60, proxy-revalidate")]
    [InlineData("Set-Cookie", "session=1")]
    [InlineData("Vary", "*")]
    public async Task An_answer_that_forbids_it_is_not_kept(string header, string value)
    {
        using var client = Client(Good("one", response => response.Headers.TryAddWithoutValidation(header, value)), Bad());
        Assert.Equal("one", await ReadAsync(client, ""));

        using var response = await SendAsync(client, "");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Each_line_that_forbids_it_counts()
    {
        using var client = Client(
            Good(
                "one",
                static response =>
                    response.Headers.TryAddWithoutValidation("Cache-Control", ["max-age=60", "max-age=-1, no-store"])), Bad());
        await ReadAsync(client, "");

        using var response = await SendAsync(client, "");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public async Task It_serves_up_to_the_limit_and_not_longer(int age, bool serves)
    {
        using var client = Client(Good("one"), Bad());
        await ReadAsync(client, "");
        _clock.Advance(TimeSpan.FromSeconds(age));

        // One attempt: a retry's waits would age the answer further.
        using var response = await SendAsync(client, "", request => request.NoRetry());

        Assert.Equal(serves, response.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("stale-if-error=10", 10, true)]
    [InlineData("stale-if-error=10", 11, false)]
    [InlineData("max-age=5, stale-if-error=10", 15, true)]
    [InlineData("max-age=5, stale-if-error=10", 16, false)]
    [InlineData("stale-if-error=3600", 61, false)]
    public async Task The_answers_own_stale_if_error_lowers_the_limit(string cacheControl, int age, bool serves)
    {
        using var client = Client(Good("one", response => response.Headers.TryAddWithoutValidation("Cache-Control", cacheControl)), Bad());
        await ReadAsync(client, "");
        _clock.Advance(TimeSpan.FromSeconds(age));

        using var response = await SendAsync(client, "", request => request.NoRetry());

        Assert.Equal(serves, response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_body_that_was_not_read_to_its_end_is_not_kept()
    {
        using var client = Client(Good("one two three"), Bad());
        using (var first = await _clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)))
        {
            var body = await first.Content.ReadAsStreamAsync(CancellationToken.None);
            Assert.Equal(3, await body.ReadAsync(new byte[3], CancellationToken.None));
        }

        using var response = await SendAsync(client, "");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Half_a_body_is_not_taken_for_a_whole_one_when_it_is_read_again()
    {
        using var client = Client(
            _ => new HttpResponseMessage { Content = new StreamContent(new DripStream(_clock, TimeSpan.Zero, TimeSpan.Zero)) }, Bad());
        using (var first = await _clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)))
        {
            var body = await first.Content.ReadAsStreamAsync(CancellationToken.None);
            Assert.Equal(3, await body.ReadAsync(new byte[3], CancellationToken.None));
            await Assert.ThrowsAsync<InvalidOperationException>(() => first.Content.ReadAsStringAsync(CancellationToken.None));
        }

        using var response = await SendAsync(client, "");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task A_body_in_memory_is_read_again_from_its_beginning_and_not_kept_by_halves()
    {
        using var client = Client(
            _ => new HttpResponseMessage { Content = new StreamContent(new OpenStream("one two three"u8.ToArray())) }, Bad());
        using (var first = await _clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)))
        {
            var body = await first.Content.ReadAsStreamAsync(CancellationToken.None);
            Assert.Equal(3, await body.ReadAsync(new byte[3], CancellationToken.None));
            Assert.Equal("one two three", await first.Content.ReadAsStringAsync(CancellationToken.None));
            Assert.Equal(0, await body.ReadAsync(new byte[3], CancellationToken.None)); // The end, after three bytes of it.
        }

        using var response = await SendAsync(client, "");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task A_body_in_memory_may_be_copied_more_than_once()
    {
        using var client = Client(Good("one"), Bad());
        using (var first = await _clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)))
        {
            using var copy = new MemoryStream();
            await first.Content.CopyToAsync(copy, CancellationToken.None);
            first.Content.CopyTo(copy, null, CancellationToken.None);
            await first.Content.CopyToAsync(copy, CancellationToken.None);
            Assert.Equal("oneoneone", Encoding.UTF8.GetString(copy.ToArray()));
        }

        Assert.Equal("one", await ReadAsync(client, ""));
    }

    [Fact]
    public async Task A_body_whose_stream_was_taken_synchronously_gives_it_asynchronously_too()
    {
        using var client = Client(Good("one"));
        using var first = await _clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None));
        first.Content.ReadAsStream(CancellationToken.None).Dispose();

        Assert.Equal("one", await first.Content.ReadAsStringAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_caller_gets_the_answer_if_an_inner_handler_buffers_and_disposes_its_body()
    {
        using var client = Client(
            null,
            new BufferingHandler(),
            _ => new HttpResponseMessage { Content = new StreamContent(new DripStream(_clock, TimeSpan.Zero)) },
            Bad());

        Assert.Equal("xxxxx", await ReadAsync(client, ""));
        Assert.Equal("xxxxx", await ReadAsync(client, ""));
    }

    [Fact]
    public async Task An_outer_handler_that_replaces_the_body_does_not_change_the_kept_answer()
    {
        using var client = Client(Good("one"), Bad());
        using (var first = await _clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)))
        {
            first.StatusCode = HttpStatusCode.Accepted;
            first.Headers.Add("X-Unpacked", "yes");
            first.Content = new StreamContent(await first.Content.ReadAsStreamAsync(CancellationToken.None))
            {
                Headers = { ContentType = new("application/x-unpacked") }
            };
            Assert.Equal("one", await first.Content.ReadAsStringAsync(CancellationToken.None));
        }

        using var stale = await SendAsync(client, "");

        Assert.Equal(HttpStatusCode.OK, stale.StatusCode);
        Assert.False(stale.Headers.Contains("X-Unpacked"));
        Assert.Equal("text/plain", stale.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_body_that_is_streamed_to_its_end_is_kept()
    {
        using var client = Client(Good("one two three"), Bad());
        using (var first = await _clock.RunAsync(
            () => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead, CancellationToken.None)))
        {
            using var reader = new StreamReader(await first.Content.ReadAsStreamAsync(CancellationToken.None));
            Assert.Equal("one two three", await reader.ReadToEndAsync(CancellationToken.None));
        }

        Assert.Equal("one two three", await ReadAsync(client, ""));
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public async Task A_body_longer_than_MaxStaleBody_is_not_kept(int length, bool kept)
    {
        using var client = Client(options => options.MaxStaleBody = 8, null, Good(new string('x', length)), Bad());
        Assert.Equal(length, (await ReadAsync(client, "")).Length);

        using var response = await SendAsync(client, "");

        Assert.Equal(kept, response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task At_most_MaxStaleEntries_are_kept()
    {
        using var client = Client(options => options.MaxStaleEntries = 2, null, Good("one"), Good("two"), Good("three"), Bad());
        foreach (var path in new[] { "1", "2", "3" })
        {
            await ReadAsync(client, path);
        }

        var served = 0;
        foreach (var path in new[] { "1", "2", "3" })
        {
            using var response = await SendAsync(client, path);
            served += response.IsSuccessStatusCode ? 1 : 0;
        }

        Assert.InRange(served, 1, 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(19)] // 5 % of fewer than 20, which is what a cache makes room for by itself, is nothing.
    [InlineData(20)]
    public async Task A_full_store_makes_room_for_the_newest(int max)
    {
        var down = false;
        var server = new ScriptedServer(script => script.Then(request => (down ? Bad() : Good("one"))(request)).Always(), _clock);
        using var client = Client(server, options => options.MaxStaleEntries = max);
        for (var i = 0; i < max; i++)
        {
            await ReadAsync(client, $"{i}");
        }

        var kept = false;
        for (var attempts = 0; !kept && attempts < 1_000; attempts++)
        {
            down = false;
            await ReadAsync(client, "newest", request => request.NoRetry());
            await Task.Run(static () => { }, CancellationToken.None); // The cache makes room on the pool.
            down = true;
            using var response = await SendAsync(client, "newest", request => request.NoRetry());
            kept = response.IsSuccessStatusCode;
        }

        Assert.True(kept);
    }

    [Fact]
    public async Task A_head_is_kept_without_a_body_and_apart_from_the_get()
    {
        using var client = Client(Good("one"), Bad());
        using (await SendAsync(client, "", request => request.Method = HttpMethod.Head))
        {
        }

        using var head = await SendAsync(client, "", request => request.Method = HttpMethod.Head);
        using var get = await SendAsync(client, "");

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, get.StatusCode);
    }

    [Fact]
    public void A_body_read_synchronously_is_kept_too()
    {
        using var client = Client(Good("one"), Bad());
        _clock.Run(() => client.Http.Send(new HttpRequestMessage(HttpMethod.Get, ""), CancellationToken.None)).Dispose();

        using var stale = _clock.Run(() => client.Http.Send(new HttpRequestMessage(HttpMethod.Get, ""), CancellationToken.None));

        Assert.Equal("stale", Assert.Single(stale.Headers.GetValues("Resilience-Fallback")));
    }

    private static Func<HttpRequestMessage, HttpResponseMessage> Good(string body, Action<HttpResponseMessage>? change = null) => _ =>
    {
        var response = new HttpResponseMessage { Content = new StringContent(body, Encoding.UTF8, "text/plain") };
        change?.Invoke(response);
        return response;
    };

    private static Func<HttpRequestMessage, HttpResponseMessage> Bad() =>
        static _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);

    private ChainClient Client(params Func<HttpRequestMessage, HttpResponseMessage>[] answers) => Client(null, null, answers);

    private ChainClient Client(TokenHandler inside, params Func<HttpRequestMessage, HttpResponseMessage>[] answers) =>
        Client(null, inside, answers);

    private ChainClient Client(
        Action<HttpFallbackOptions>? configure,
        DelegatingHandler? inside,
        params Func<HttpRequestMessage, HttpResponseMessage>[] answers) =>
        Client(Server(answers), configure, inside);

    private ScriptedServer Server(params Func<HttpRequestMessage, HttpResponseMessage>[] answers) =>
        new(script => answers.Aggregate(script, (next, answer) => next.Then(answer)).Always(), _clock);

    private ChainClient Client(
        ScriptedServer server,
        Action<HttpFallbackOptions>? configure = null,
        DelegatingHandler? inside = null,
        Func<AttemptOutcome, AttemptVerdict?>? judge = null) => new(server, options =>
    {
        options.CircuitBreaker.Enabled = false;
        options.ClassifyOutcome = judge;
        options.Fallback.StaleIfError = TimeSpan.FromMinutes(1);
        configure?.Invoke(options.Fallback);
    }, _clock, inside: inside);

    private Task<HttpResponseMessage> SendAsync(ChainClient client, string path, Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        change?.Invoke(request);
        return _clock.RunAsync(() => client.Http.SendAsync(request, CancellationToken.None));
    }

    private async Task<string> ReadAsync(ChainClient client, string path, Action<HttpRequestMessage>? change = null)
    {
        using var response = await SendAsync(client, path, change);
        return await response.Content.ReadAsStringAsync(CancellationToken.None);
    }

    /// <summary>Stays open, so that whoever read it first can read on.</summary>
    private sealed class OpenStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override void Close()
        {
        }
    }

    private sealed class TokenHandler : DelegatingHandler
    {
        public required string Token { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new("Bearer", Token);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
