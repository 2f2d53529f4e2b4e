using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace Resilience.Http.Tests.Content;

/// <summary>What request bodies do to the circuit: whose fault it was, how long a trial may take, what is slow.</summary>
public sealed class UploadCircuitTests
{
    public static TheoryData<string> Failing => ["own", "parts", "json", "stream", "canceled"];

    [Fact]
    public async Task A_connection_cut_during_the_upload_counts_in_the_ratio_but_is_not_consecutive()
    {
        using var world = new UploadWorld(options => options.Retry.Enabled = false);
        world.Server.CutsAt = 100_000;
        for (var i = 0; i < 6; i++)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => world.PutAsync(new ByteArrayContent(new byte[1_000_000])));
        }

        Assert.Equal(
            (CircuitState.Closed, 0, 6, 1.0),
            (world.Circuit.State, world.Circuit.ConsecutiveFailures, world.Circuit.Throughput, world.Circuit.FailureRatio));
    }

    [Fact]
    public async Task A_connection_cut_after_the_end_of_the_body_is_a_consecutive_failure()
    {
        using var world = new UploadWorld(options => options.Retry.Enabled = false);
        world.Server.CutsAtTheEnd = true;

        await Assert.ThrowsAsync<HttpRequestException>(() => world.PutAsync(new ByteArrayContent(new byte[1_000_000])));

        Assert.Equal(1, world.Circuit.ConsecutiveFailures);
    }

    [Theory]
    [MemberData(nameof(Failing))]
    public async Task A_body_that_fails_by_itself_counts_nowhere_and_is_not_repeated(string kind)
    {
        using var world = new UploadWorld();
        Exception Reset() => kind == "canceled"
            ? new OperationCanceledException("the browser left")
            : new IOException("reset", new SocketException((int)SocketError.ConnectionReset));
        Func<HttpContent> content = kind switch
        {
            "parts" => () =>
                new MultipartFormDataContent { { new SourceContent(world.Clock, pieces: 10, hangsAt: 2, fault: Reset), "file" } },
            "json" => () => JsonContent.Create(Failing(Reset)),
            "stream" => () => new StreamContent(new Retry.OneShotStream(new byte[100_000], failAt: 20_000, fault: Reset())),
            _ => () => new SourceContent(world.Clock, pieces: 10, hangsAt: 2, fault: Reset),
        };

        for (var i = 0; i < 7; i++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => world.PutAsync(content()));
        }

        Assert.Equal((CircuitState.Closed, 0, 0), (world.Circuit.State, world.Circuit.ConsecutiveFailures, world.Circuit.Throughput));
        Assert.Equal(7, world.Server.Requests);

        static async IAsyncEnumerable<string> Failing(Func<Exception> fault)
        {
            yield return "first";
            await Task.Yield();
            throw fault();
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 1)]
    public async Task A_slow_call_is_measured_from_the_end_of_the_body(int beforeAnswer, double slow)
    {
        using var world = new UploadWorld(options =>
        {
            options.AttemptTimeout = TimeSpan.FromSeconds(10);
            options.CircuitBreaker.SlowCallDuration = TimeSpan.FromSeconds(5);
        });
        (world.Server.PerWrite, world.Server.BeforeAnswer) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(beforeAnswer));

        using var response = await world.PutAsync(new SourceContent(world.Clock, pieces: 20));

        Assert.Equal(slow, world.Circuit.SlowRatio);
    }

    [Fact]
    public async Task The_lease_of_a_trial_moves_on_with_its_body()
    {
        using var world = new UploadWorld(options =>
        {
            options.Retry.Enabled = false;
            options.CircuitBreaker.HalfOpenMaxCalls = 1;
            options.CircuitBreaker.RecoveryTimeout = TimeSpan.FromSeconds(5);
        });
        world.Server.StopsAt = 0;
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<RequestTimedOutException>(() => world.PutAsync(new SourceContent(world.Clock, pieces: 1)));
        }

        Assert.Equal(CircuitState.Open, world.Circuit.State);
        (world.Server.StopsAt, world.Server.PerWrite) = (long.MaxValue, TimeSpan.FromSeconds(1));
        world.Clock.Advance(TimeSpan.FromMinutes(10));

        var trial = world.StartAsync(new SourceContent(world.Clock, pieces: 60));
        for (var i = 0; i < 59; i++)
        {
            world.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(CircuitState.HalfOpen, world.Circuit.State);
        }

        world.Clock.Advance(TimeSpan.FromSeconds(1));
        using var response = await trial;

        Assert.Equal((HttpStatusCode.OK, CircuitState.Closed), (response.StatusCode, world.Circuit.State));
    }

    [Fact]
    public async Task A_body_that_outlasts_its_answer_is_sent_whole_and_does_not_affect_the_next_call()
    {
        using var world = new UploadWorld();
        (world.Server.PerWrite, world.Server.AnswersAt) = (TimeSpan.FromSeconds(1), 2000);
        using var duplex = await world.PutAsync(new SourceContent(world.Clock, pieces: 10));

        world.Server.AnswersAt = long.MaxValue;
        world.Server.StopsAt = 12_000;
        var thrown = await Assert.ThrowsAsync<RequestTimedOutException>(
            () => world.PutAsync(new SourceContent(world.Clock, pieces: 100), request => request.NoRetry()));

        Assert.Equal(TimeoutScope.Attempt, thrown.Scope);
    }
}
