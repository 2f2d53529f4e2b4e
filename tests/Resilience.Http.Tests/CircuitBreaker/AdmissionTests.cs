using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>What a circuit answers to a feature that chooses where to send. Asking takes no permit.</summary>
public sealed class AdmissionTests
{
    private readonly CircuitFixture _fixture = new(static options => options.HalfOpenMaxCalls = 1);

    private AuthorityAdmission Admission => _fixture.Circuit.GetAdmission(_fixture.Clock.GetTimestamp());

    [Fact]
    public void A_closed_circuit_admits_sends() => Assert.Equal(AuthorityAdmission.Open, Admission);

    [Fact]
    public void An_open_circuit_refuses_until_the_end_of_its_break()
    {
        _fixture.Open();

        var wait = _fixture.Refused().RetryAfter!.Value;
        Assert.Equal(new(AdmissionState.Refused, _fixture.Clock.After(_fixture.Clock.GetTimestamp(), wait)), Admission);
    }

    [Fact]
    public void After_the_break_a_trial_is_due_and_while_it_runs_no_other_send_goes_through()
    {
        _fixture.Open();
        _fixture.Clock.Advance(_fixture.Refused().RetryAfter!.Value);
        Assert.Equal(AdmissionState.Trial, Admission.State);

        var trial = _fixture.Acquire();
        Assert.Equal(AdmissionState.Refused, Admission.State);

        _fixture.Circuit.Ignore(trial);
        Assert.Equal(AdmissionState.Trial, Admission.State);
        Assert.Equal(0, _fixture.Circuit.InFlight);
    }

    [Fact]
    public void A_trial_that_never_returns_refuses_until_its_lease_ends()
    {
        _fixture.Open();
        _fixture.Clock.Advance(_fixture.Refused().RetryAfter!.Value);
        _fixture.Acquire();

        var until = Admission.RefusesUntil;
        Assert.Equal(AdmissionState.Refused, _fixture.Circuit.GetAdmission(until - 1).State);
        Assert.Equal(AdmissionState.Trial, _fixture.Circuit.GetAdmission(until).State);
    }

    [Fact]
    public void The_stricter_admission_and_the_longer_refusal_take_precedence()
    {
        var trial = new AuthorityAdmission(AdmissionState.Trial);
        var refused = new AuthorityAdmission(AdmissionState.Refused, 5);
        var longer = new AuthorityAdmission(AdmissionState.Refused, 7);

        Assert.Equal(trial, AuthorityAdmission.Open.And(trial));
        Assert.Equal(refused, refused.And(trial));
        Assert.Equal(longer, refused.And(longer));
        Assert.Equal(longer, longer.And(refused));
    }
}
