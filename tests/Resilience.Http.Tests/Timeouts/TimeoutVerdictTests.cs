using Resilience.Http.Outcomes;

namespace Resilience.Http.Tests.Timeouts;

/// <summary>What a time limit says about the service, to the retry and the circuit breaker.</summary>
public sealed class TimeoutVerdictTests : IDisposable
{
    private readonly TimeoutWorld _world = new(o =>
    {
        o.TotalTimeout = TimeSpan.FromSeconds(10);
        o.AttemptTimeout = TimeSpan.FromSeconds(4);
    });

    [Fact]
    public async Task An_attempt_timeout_is_transient()
    {
        await _world.TimesOutAsync(_world.Server(s => s.Hang()));

        Assert.Equal(new Judgement(AttemptVerdict.Transient, JudgementTraits.TimedOut), Assert.Single(_world.Probe.Judgements));
    }

    [Theory]
    [InlineData(3989, AttemptVerdict.Ignored)]
    [InlineData(3990, AttemptVerdict.Transient)]
    [InlineData(3999, AttemptVerdict.Transient)]
    public async Task A_total_timeout_blames_the_service_only_if_the_attempt_ran_as_long_as_one_may(
        int ranMilliseconds, AttemptVerdict verdict)
    {
        _world.Probe.Attempts = 2;
        var first = TimeSpan.FromSeconds(1);
        _world.Probe.Wait = TimeSpan.FromSeconds(10) - first - TimeSpan.FromMilliseconds(ranMilliseconds);

        var exception = await _world.TimesOutAsync(_world.Server(s => s.Slow(first, System.Net.HttpStatusCode.BadGateway).Hang()));

        Assert.Equal(TimeoutScope.Total, exception.Scope);
        Assert.Equal(new Judgement(verdict, JudgementTraits.TimedOut | JudgementTraits.DeadlinePassed), _world.Probe.Judgements[1]);
    }

    [Fact]
    public async Task A_timeout_counts_if_the_attempt_had_all_of_a_shorter_total_timeout()
    {
        _world.Options.AttemptTimeout = Timeout.InfiniteTimeSpan;

        await _world.TimesOutAsync(_world.Server(s => s.Hang()));

        Assert.Equal(AttemptVerdict.Transient, Assert.Single(_world.Probe.Judgements).Verdict);
    }

    [Fact]
    public async Task A_timeout_by_a_shorter_total_timeout_of_the_request_counts_against_the_service()
    {
        await _world.TimesOutAsync(_world.Server(s => s.Hang()), TimeoutWorld.Get().WithTotalTimeout(TimeSpan.FromSeconds(1)));

        Assert.Equal(AttemptVerdict.Transient, Assert.Single(_world.Probe.Judgements).Verdict);
    }

    [Fact]
    public async Task A_total_timeout_is_not_passed_to_a_custom_ClassifyOutcome()
    {
        _world.Options.AttemptTimeout = Timeout.InfiniteTimeSpan;
        _world.Options.ClassifyOutcome = _ => throw new InvalidOperationException("asked");

        var exception = await _world.TimesOutAsync(_world.Server(s => s.Hang()));

        Assert.Equal(TimeoutScope.Total, exception.Scope);
    }

    [Fact]
    public async Task A_cancelled_attempt_is_ignored_however_long_it_ran()
    {
        using var caller = new CancellationTokenSource();
        using var givesUp = _world.Clock.CreateTimer(_ => caller.Cancel(), null, TimeSpan.FromMilliseconds(3999), Timeout.InfiniteTimeSpan);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _world.SendAsync(_world.Server(s => s.Hang()), cancellationToken: caller.Token));

        Assert.Equal(new Judgement(AttemptVerdict.Ignored, JudgementTraits.CallerCanceled), Assert.Single(_world.Probe.Judgements));
    }

    public void Dispose() => _world.Dispose();
}
