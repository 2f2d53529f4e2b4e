using System.Globalization;

namespace Resilience.Http.Grpc;

/// <summary>A gRPC status in the words of its specification.</summary>
internal static class GrpcStatusText
{
    /// <summary>The names in the order of their codes.</summary>
    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    public static string Name(this GrpcStatus status) => Names[(int)status];

    /// <summary><c>grpc-status 14 UNAVAILABLE</c></summary>
    public static string Text(this GrpcStatus status) =>
        string.Create(CultureInfo.InvariantCulture, $"{GrpcHeaders.Status} {(int)status} {status.Name()}");
}
