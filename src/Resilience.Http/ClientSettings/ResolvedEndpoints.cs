namespace Resilience.Http.ClientSettings;

/// <summary>Where the requests below a base address go.</summary>
/// <param name="BaseAddress">What the requests begin with.</param>
/// <param name="Endpoints">At least one.</param>
/// <param name="Replaced">Cancelled when the source has found others, so that these need not wait for the next call to be dropped.</param>
internal sealed record ResolvedEndpoints(Uri BaseAddress, IReadOnlyList<HttpEndpoint> Endpoints, CancellationToken Replaced = default);
