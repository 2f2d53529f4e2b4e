namespace Resilience.Http.Pipeline;

/// <summary>Whether an authority is healthy enough for a send that is not strictly needed.</summary>
internal readonly record struct AuthorityHealth
{
    private const double MostFailures = 0.25;
    private const double MostUtilization = 0.8;

    public AdmissionState Admission { get; init; }

    /// <summary>The share of failures among the recent results.</summary>
    public double FailureRatio { get; init; }

    /// <summary>How much of what its limits allow is in use.</summary>
    public double Utilization { get; init; }

    public bool IsFailing => FailureRatio > MostFailures;

    public bool IsBusy => Utilization >= MostUtilization;

    public bool IsGood => Admission == AdmissionState.Open && !IsFailing && !IsBusy;
}
