using System.Net;
using System.Net.Http.Json;
using static Resilience.Http.Tests.Testing.ScriptedFixture;

namespace Resilience.Http.Tests.Testing;

/// <summary>Answers that take time take virtual time.</summary>
public sealed class SlowAnswerTests
{
    private readonly ScriptedFixture _fixture = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slow_answer_is_delayed_on_the_virtual_clock(bool async)
    {
        using var client = _fixture.Client(s => s.Slow(3 * Second, HttpStatusCode.Accepted, "[]"));
        using var response = await _fixture.RunAsync(client, async, CancellationToken.None);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(3 * Second, _fixture.Clock.Elapsed);
        Assert.Equal(0, _fixture.Clock.TimersAlive);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task Hanging_and_slow_answers_end_with_the_callers_cancellation(bool async, bool hang)
    {
        using var limit = new CancellationTokenSource(2 * Second, _fixture.Clock);
        using var client = _fixture.Client(s => _ = hang ? s.Hang() : s.Slow(5 * Second));

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _fixture.RunAsync(client, async, limit.Token));

        Assert.Equal(limit.Token, error.CancellationToken);
        Assert.Equal(2 * Second, _fixture.Clock.Elapsed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_tests_own_code_can_answer(bool async)
    {
        using var client = _fixture.Client(s => s
            .Then(request => new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonContent.Create(request.RequestUri!.AbsolutePath) })
            .Then(async (_, cancellationToken) =>
            {
                await Task.Delay(Second, _fixture.Clock, cancellationToken);
                return new HttpResponseMessage(HttpStatusCode.Found);
            }));

        using var first = await _fixture.RunAsync(client, async, CancellationToken.None);
        Assert.Equal("\"/\"", await first.Content.ReadAsStringAsync());
        using var second = await _fixture.RunAsync(client, async, CancellationToken.None);
        Assert.Equal(HttpStatusCode.Found, second.StatusCode);
        Assert.Equal(Second, _fixture.Clock.Elapsed);
    }

    [Fact]
    public async Task A_stalled_body_sends_the_given_number_of_bytes_and_then_hangs()
    {
        using var client = _fixture.Client(s => s.StallBody(3));
        using var response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[10];
        Assert.Equal(3, await body.ReadAtLeastAsync(buffer, 3));

        using var limit = new CancellationTokenSource(Second, _fixture.Clock);
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _fixture.Clock.RunAsync(() => body.ReadAtLeastAsync(buffer, 1, cancellationToken: limit.Token).AsTask()));
        Assert.Equal(limit.Token, cancelled.CancellationToken);

        var read = body.ReadAtLeastAsync(buffer, 1).AsTask();
        await body.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => read);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => body.ReadAtLeastAsync(buffer, 1).AsTask());
    }

    [Fact]
    public void A_stalled_body_blocks_a_synchronous_read_until_it_is_disposed_of()
    {
        using var client = _fixture.Client(s => s.StallBody(1));
        _fixture.Clock.Run(() =>
        {
            using var response = client.Send(new HttpRequestMessage(HttpMethod.Get, "/"), HttpCompletionOption.ResponseHeadersRead);
            using var body = response.Content.ReadAsStream();
            Assert.Equal('.', body.ReadByte());
            using var limit = _fixture.Clock.CreateTimer(_ => body.Dispose(), null, 4 * Second, Timeout.InfiniteTimeSpan);
            Assert.Throws<IOException>(() => body.ReadByte());
        });
        Assert.Equal(4 * Second, _fixture.Clock.Elapsed);
    }
}
