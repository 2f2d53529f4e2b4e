using Resilience.Http.CircuitBreaker;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Grpc;
using Resilience.Http.Outcomes;

namespace Resilience.Http;

/// <summary>An attempt was not sent because the circuit to its service is open, half-open with all trials in flight, or isolated.</summary>
/// <remarks>
/// A <see cref="HttpRequestException"/>, so code that catches that keeps working. Each refusal has an exception of its own, and its
/// message is put together when somebody reads it: refusing stays cheap.
/// </remarks>
public sealed class CircuitOpenException : HttpRequestException, IServiceException, IGrpcFailure
{
    private readonly CircuitRefusal _refusal;

    internal CircuitOpenException(CircuitRefusal refusal) => _refusal = refusal;

    /// <summary>The name the client is registered under.</summary>
    public string ServiceName => _refusal.Circuit.Service;

    /// <summary>Scheme, host and port that the attempt was for, or <c>*</c> for the one circuit of a whole service.</summary>
    public string Authority => _refusal.Circuit.Authority;

    /// <summary>The state of the circuit: open, half-open or isolated.</summary>
    public CircuitState State => _refusal.State;

    /// <summary>
    /// How long until the state ends by itself, never negative; <see langword="null"/> where nothing ends it. Of an open or isolated
    /// circuit a trial is let through then, and not sooner. Of a half-open one its trials have decided by then, mostly much sooner.
    /// </summary>
    public TimeSpan? RetryAfter => _refusal.RetryAfter;

    /// <summary>The last failure that the circuit counted, in few words; <see langword="null"/> where there was none.</summary>
    public string? LastFailure => _refusal.LastFailure;

    /// <inheritdoc/>
    public override string Message => RefusalText.Format(_refusal);

    GrpcFailure IGrpcFailure.Failure => RefusalResponse.ForGrpc(_refusal);
}
