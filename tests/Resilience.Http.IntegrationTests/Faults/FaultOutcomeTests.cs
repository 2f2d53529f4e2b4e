using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OutageDemo.Downstreams;
using Resilience.Http.IntegrationTests.Support;
using Resilience.Http.Outcomes;

namespace Resilience.Http.IntegrationTests.Faults;

/// <summary>Each fault of the sample's services, over real sockets: what a bare HttpClient makes of it, and the verdict.</summary>
public sealed class FaultOutcomeTests
{
    private static readonly Judgement Success = new(AttemptVerdict.Success);
    private static readonly Judgement Transient = new(AttemptVerdict.Transient);

    public static TheoryData<HttpProtocols> Protocols => Support.Protocols.Both;

    [Theory, MemberData(nameof(Protocols))]
    public async Task Ok_is_a_success(HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol);

        Assert.Equal(new Attempt("200", Success), await Attempt.GetAsync(service.Client));
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Down_is_503(HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol, Fault.Down);

        Assert.Equal(new Attempt("503", Transient), await Attempt.GetAsync(service.Client));
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Stopped_refuses_the_connection_so_nothing_was_sent(HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol, Fault.Stopped);

        Assert.Equal(
            new Attempt(
                "HttpRequestException(ConnectionError) > SocketException(ConnectionRefused)",
                new(AttemptVerdict.Transient, JudgementTraits.NothingSent)),
            await Attempt.GetAsync(service.Client));
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task A_stopped_service_comes_back_on_the_same_port(HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol);
        var address = service.Address;
        await Attempt.GetAsync(service.Client); // a connection stands, and dies with the service

        await service.SwitchAsync(Fault.Stopped);
        // a dead connection or none: the client may not know yet
        Assert.Equal(AttemptVerdict.Transient, (await Attempt.GetAsync(service.Client)).Judgement.Verdict);

        await service.SwitchAsync(Fault.Ok);
        Assert.Equal(address, service.Address);
        using var newcomer = protocol.CreateClient(address);
        Assert.Equal(new Attempt("200", Success), await Attempt.GetAsync(newcomer));
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Stopping_a_service_cuts_its_requests_in_flight(HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol, Fault.Hang);
        var arrival = service.NextArrivalAsync();
        var attempt = Attempt.GetAsync(service.Client);
        await arrival;

        await service.SwitchAsync(Fault.Stopped);

        AssertCut(protocol, await attempt);
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Flaky_fails_its_share(HttpProtocols protocol)
    {
        var draws = new Queue<double>([0.29, 0.3, 0.99, 0]);
        await using var service = await TestService.StartAsync(protocol, chance: draws.Dequeue);
        await service.SwitchAsync(new FaultSetting(Fault.Flaky) { Share = 0.3 });

        var attempts = new List<Attempt>();
        while (draws.Count > 0)
        {
            attempts.Add(await Attempt.GetAsync(service.Client));
        }

        Assert.Equal([new("503", Transient), new("200", Success), new("200", Success), new("503", Transient)], attempts);
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Slow_answers_after_its_delay(HttpProtocols protocol)
    {
        var clock = new TimerGate();
        await using var service = await TestService.StartAsync(protocol, clock);
        await service.SwitchAsync(new FaultSetting(Fault.Slow) { Delay = TimeSpan.FromSeconds(7) });

        var attempt = Attempt.GetAsync(service.Client);
        var (delay, fire) = await clock.Armed;
        Assert.Equal(TimeSpan.FromSeconds(7), delay);
        Assert.False(attempt.IsCompleted);
        fire();

        Assert.Equal(new Attempt("200", Success), await attempt);
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Hang_lasts_until_the_caller_gives_up_which_is_not_a_failure(HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol, Fault.Hang);
        using var caller = new CancellationTokenSource();
        var arrival = service.NextArrivalAsync();

        var attempt = Attempt.GetAsync(service.Client, caller.Token);
        await arrival;
        Assert.False(attempt.IsCompleted);
        await caller.CancelAsync();

        Assert.StartsWith("TaskCanceledException", (await attempt).Outcome, StringComparison.Ordinal);
        Assert.Equal(new(AttemptVerdict.Ignored), (await attempt).Judgement);
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Reset_is_a_cut_connection(HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol, Fault.Reset);

        AssertCut(protocol, await Attempt.GetAsync(service.Client));
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Throttled_is_429_with_the_wait_it_asks_for(HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol);
        await service.SwitchAsync(new FaultSetting(Fault.Throttled) { RetryAfter = TimeSpan.FromSeconds(4) });

        Assert.Equal(
            new Attempt("429", new(AttemptVerdict.Transient, JudgementTraits.Throttled | JudgementTraits.RatioOnly)),
            await Attempt.GetAsync(service.Client));

        using var response = await service.Client.GetAsync("things");
        Assert.Equal(TimeSpan.FromSeconds(4), RetryAfter.Read(response, TimeProvider.System).Wait);
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Stall_is_a_success_whose_body_stops_after_five_bytes(HttpProtocols protocol)
    {
        await using var service = await TestService.StartAsync(protocol, Fault.Stall);
        Assert.Equal(new Attempt("200", Success), await Attempt.GetAsync(service.Client));

        using var caller = new CancellationTokenSource();
        using var response = await service.Client.GetAsync("things", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[100];
        await body.ReadExactlyAsync(buffer.AsMemory(0, 5));
        Assert.Equal("{\"id\"", Encoding.ASCII.GetString(buffer, 0, 5));
        Assert.Equal(100, response.Content.Headers.ContentLength);

        var more = body.ReadAsync(buffer, caller.Token).AsTask();
        Assert.False(more.IsCompleted);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => more);
    }

    /// <summary>
    /// Over HTTP/2 a stream is told of the end of its connection by one exception more, and the client may find out in writing (an
    /// acknowledgement, say) before it does in reading, or before it has read the settings that the server begins with.
    /// </summary>
    private static void AssertCut(HttpProtocols protocol, Attempt attempt)
    {
        string[] expected = protocol == HttpProtocols.Http2
            ?
            [
                "HttpRequestException(Unknown) > IOException > IOException > SocketException(ConnectionReset)",
                "HttpRequestException(Unknown) > IOException > IOException > SocketException(Shutdown)",
                "HttpRequestException(ResponseEnded) > HttpIOException(ResponseEnded)",
                "HttpRequestException(InvalidResponse) > HttpIOException(InvalidResponse) > IOException > SocketException(ConnectionReset)",
            ]
            : ["HttpRequestException(Unknown) > IOException > SocketException(ConnectionReset)"];
        Assert.Contains(attempt.Outcome, expected);
        Assert.Equal(Transient, attempt.Judgement);
    }
}
