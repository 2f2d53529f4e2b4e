namespace Resilience.Http.Tests.Timeouts;

public sealed class TotalTimeoutTests : IDisposable
{
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(5);

    private readonly TimeoutWorld _world = new(o =>
    {
        o.TotalTimeout = Total;
        o.AttemptTimeout = TimeSpan.FromSeconds(2);
    });

    [Fact]
    public async Task The_deadline_covers_attempts_and_waits_and_cuts_the_last_attempt()
    {
        _world.Probe.Attempts = 3;
        _world.Probe.Wait = TimeSpan.FromMilliseconds(400);

        var exception = await _world.TimesOutAsync(_world.Server(s => s.Hang(3)));

        Assert.Equal(Total, _world.Clock.Elapsed);
        Assert.Equal(TimeoutScope.Total, exception.Scope);
        Assert.Equal(Total, exception.Timeout);
        Assert.Equal([TimeoutScope.Attempt, TimeoutScope.Attempt, TimeoutScope.Total], _world.Probe.Fired);
    }

    [Fact]
    public async Task The_message_names_the_limit_the_attempts_and_the_last_outcome()
    {
        _world.Probe.Attempts = 2;
        _world.Probe.Wait = TimeSpan.FromSeconds(4);

        var exception = await _world.TimesOutAsync(_world.Server(s => s.Fail(1, 503).Hang()));

        Assert.Equal(
            "payments (https://payments.internal) sent no response headers within the TotalTimeout of 5 s, in attempt 2; " +
            "the attempt before ended with 503 ServiceUnavailable. Find out why it is slow, or raise TotalTimeout if it may take that " +
            "long. This limit is not HttpClient.Timeout.",
            exception.Message);
    }

    [Fact]
    public async Task Without_an_attempt_timeout_the_total_timeout_cuts_the_attempt()
    {
        _world.Options.AttemptTimeout = Timeout.InfiniteTimeSpan;

        var exception = await _world.TimesOutAsync(_world.Server(s => s.Hang()));

        Assert.Equal(Total, _world.Clock.Elapsed);
        Assert.Equal(TimeoutScope.Total, exception.Scope);
    }

    [Fact]
    public async Task If_both_limits_coincide_that_of_the_attempt_wins()
    {
        _world.Options.AttemptTimeout = Total;

        var exception = await _world.TimesOutAsync(_world.Server(s => s.Hang()));

        Assert.Equal(Total, _world.Clock.Elapsed);
        Assert.Equal(TimeoutScope.Attempt, exception.Scope);
    }

    [Fact]
    public async Task An_unset_attempt_timeout_follows_a_shorter_total()
    {
        using var world = new TimeoutWorld(o => o.TotalTimeout = Total);

        var exception = await world.TimesOutAsync(world.Server(s => s.Hang()));

        Assert.Equal(Total, world.Clock.Elapsed);
        Assert.Equal(Total, exception.Timeout);
        Assert.Equal(TimeoutScope.Attempt, exception.Scope);
    }

    [Fact]
    public async Task An_attempt_that_begins_at_the_deadline_is_not_sent()
    {
        _world.Probe.Attempts = 2;
        _world.Probe.Wait = Total;
        var server = _world.Server(s => s.Fail(1, 503));

        var exception = await _world.TimesOutAsync(server);

        Assert.Equal(TimeoutScope.Total, exception.Scope);
        Assert.Single(server.Requests);
    }

    public void Dispose() => _world.Dispose();
}
