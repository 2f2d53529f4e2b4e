namespace OutageDemo.Downstreams;

/// <summary>One request as it reached a service.</summary>
internal sealed record Arrival(string Service, string Method, string Path, string Protocol, string? IdempotencyKey, string? TraceParent)
{
    public static Arrival Of(string service, HttpRequest request) => new(
        service, request.Method, request.Path, request.Protocol, request.Headers["Idempotency-Key"], request.Headers.TraceParent);
}
