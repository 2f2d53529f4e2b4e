using Resilience.Http.Monitoring;

namespace Resilience.Http.Tests.Monitoring;

/// <summary>Which transitions are kept.</summary>
public sealed class TransitionHistoryTests
{
    private readonly TransitionHistory _history = new(TimeProvider.System);

    [Fact]
    public void The_transition_that_began_an_outage_is_kept_until_it_ends()
    {
        Add(CircuitState.Closed, CircuitState.Open, "5 consecutive failures");
        FailTrials(30);

        Assert.Equal(20, _history.Of("payments").Count);
        Assert.Equal("5 consecutive failures", _history.Of("payments")[^1].Reason);
        Assert.Equal("trial 29", _history.Of("payments")[0].Reason);

        Add(CircuitState.HalfOpen, CircuitState.Closed, "the trial succeeded");

        Assert.DoesNotContain(_history.Of("payments"), static one => one.Reason == "5 consecutive failures");
    }

    [Fact]
    public void The_end_of_another_outage_does_not_end_this_one()
    {
        Add(CircuitState.Closed, CircuitState.Open, "5 consecutive failures");
        Add(CircuitState.Closed, CircuitState.Open, "others", "https://other.internal");
        Add(CircuitState.Open, CircuitState.Closed, "reset by hand", "https://other.internal");
        FailTrials(30);

        Assert.Equal("5 consecutive failures", _history.Of("payments")[^1].Reason);
        Assert.Equal(20, _history.Of("payments").Count);
    }

    [Fact]
    public void More_outages_than_transitions_are_kept_push_out_the_oldest()
    {
        for (var i = 0; i < 25; i++)
        {
            Add(CircuitState.Closed, CircuitState.Open, $"outage {i}", $"https://{i}.internal");
        }

        Assert.Equal(20, _history.Of("payments").Count);
        Assert.Equal(("outage 24", "outage 5"), (_history.Of("payments")[0].Reason, _history.Of("payments")[^1].Reason));
    }

    private void FailTrials(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Add(CircuitState.Open, CircuitState.HalfOpen, "the break has ended");
            Add(CircuitState.HalfOpen, CircuitState.Open, $"trial {i}");
        }
    }

    private void Add(CircuitState from, CircuitState to, string reason, string authority = "https://payments.internal") =>
        _history.Add(new()
        {
            ServiceName = "payments",
            Authority = authority,
            From = from,
            To = to,
            Reason = reason,
            At = default,
        });
}
