using Resilience.Http.Pipeline;

namespace Resilience.Http.Hedging;

/// <summary>What the decision about a hedge depends on, besides the budgets.</summary>
internal readonly record struct HedgeInput
{
    public bool IsStopping { get; init; }

    public bool ProcessIsBehind { get; init; }

    public bool ServiceIsSlow { get; init; }

    /// <summary>The authority that the hedge would go to.</summary>
    public AuthorityHealth Target { get; init; }
}

/// <summary>A hedge must never make an outage worse.</summary>
internal static class HedgeRules
{
    /// <summary>Why the hedge does not go out; <see langword="null"/> if nothing speaks against it.</summary>
    public static HedgeSuppression? Find(in HedgeInput input)
    {
        if (input.IsStopping)
        {
            return HedgeSuppression.Stopping;
        }

        if (input.ProcessIsBehind)
        {
            return HedgeSuppression.ProcessBehind;
        }

        if (input.ServiceIsSlow)
        {
            return HedgeSuppression.ServiceSlow;
        }

        if (input.Target.IsBusy)
        {
            return HedgeSuppression.Limit; // Before the admission, which a limit that is used up refuses too.
        }

        if (input.Target.Admission != AdmissionState.Open)
        {
            return HedgeSuppression.Circuit;
        }

        return input.Target.IsFailing ? HedgeSuppression.Failing : null;
    }
}
