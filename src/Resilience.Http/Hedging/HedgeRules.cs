using Resilience.Http.Pipeline;

namespace Resilience.Http.Hedging;

/// <summary>What the decision about a hedge depends on, besides the budgets.</summary>
internal readonly record struct HedgeInput
{
    public bool IsStopping { get; init; }

    public bool ProcessIsBehind { get; init; }

    public bool ServiceIsSlow { get; init; }

    public AdmissionState Admission { get; init; }

    /// <summary>The share of failures among the recent results of the authority.</summary>
    public double FailureRatio { get; init; }

    /// <summary>How much of what its limits allow is in use.</summary>
    public double Utilization { get; init; }
}

/// <summary>A hedge must never make an outage worse.</summary>
internal static class HedgeRules
{
    private const double MostFailures = 0.25;
    private const double MostUtilization = 0.8;

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

        if (input.Utilization >= MostUtilization)
        {
            return HedgeSuppression.Limit; // Before the admission, which a limit that is used up refuses too.
        }

        if (input.Admission != AdmissionState.Open)
        {
            return HedgeSuppression.Circuit;
        }

        return input.FailureRatio > MostFailures ? HedgeSuppression.Failing : null;
    }
}
