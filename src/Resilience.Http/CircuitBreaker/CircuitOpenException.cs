using Resilience.Http.CircuitBreaker;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Grpc;
using Resilience.Http.Outcomes;

namespace Resilience.Http;

/// <summary>
/// The exception that is thrown if an attempt was not sent, because the circuit is open or isolated, or half-open with all its trials in
/// flight.
/// </summary>
/// <remarks>
/// It is an <see cref="HttpRequestException"/>, so code that catches that keeps working. Its message is created when it is read, so a
/// refusal is cheap.
/// </remarks>
public sealed class CircuitOpenException : HttpRequestException, IServiceException, IGrpcFailure
{
    private readonly CircuitRefusal _refusal;

    internal CircuitOpenException(CircuitRefusal refusal) => _refusal = refusal;

    /// <summary>The name of the client.</summary>
    public string ServiceName => _refusal.Circuit.Name.Service;

    /// <summary>The scheme, host and port of the attempt, or <c>*</c> if the service has a single circuit.</summary>
    public string Authority => _refusal.Circuit.Name.Authority;

    /// <summary>The state of the circuit: open, half-open or isolated.</summary>
    public CircuitState State => _refusal.State;

    /// <summary>
    /// The time until the state ends, never negative. It is <see langword="null"/> if only a reset ends it. An open or isolated circuit
    /// lets a trial through after this time, not earlier. The trials of a half-open circuit decide within this time, and usually much
    /// earlier.
    /// </summary>
    public TimeSpan? RetryAfter => _refusal.RetryAfter;

    /// <summary>The last failure that the circuit counted, in a few words; <see langword="null"/> if there was none.</summary>
    public string? LastFailure => _refusal.LastFailure;

    /// <inheritdoc/>
    public override string Message => RefusalText.Format(_refusal);

    GrpcFailure IGrpcFailure.Failure => RefusalResponse.ForGrpc(_refusal);
}
