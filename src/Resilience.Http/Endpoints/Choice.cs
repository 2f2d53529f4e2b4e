namespace Resilience.Http.Endpoints;

/// <summary>The endpoint of a send.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="State">What it lets through.</param>
internal readonly record struct Choice(Endpoint Endpoint, Pipeline.AdmissionState State)
{
    public bool IsTrial => State == Pipeline.AdmissionState.Trial;
}
