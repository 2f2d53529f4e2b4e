namespace Resilience.Http.Grpc;

/// <summary>An exception of the chain that a gRPC client gets as a status: it takes any other exception for a bug of its own.</summary>
internal interface IGrpcFailure
{
    GrpcFailure Failure { get; }
}

/// <param name="Status">The status.</param>
/// <param name="Message">Its detail.</param>
/// <param name="Pushback">How long a retry policy of the client is to wait, negative for never; <see langword="null"/> leaves it to the
/// policy.</param>
/// <param name="Rejected">What refused the call, for <c>Resilience-Rejected</c>; <see langword="null"/> if it was sent.</param>
internal readonly record struct GrpcFailure(GrpcStatus Status, string Message, TimeSpan? Pushback = null, string? Rejected = null)
{
    public static readonly TimeSpan Never = TimeSpan.FromMilliseconds(-1);
}
