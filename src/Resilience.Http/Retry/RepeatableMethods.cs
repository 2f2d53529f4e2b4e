using Resilience.Http.Grpc;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Retry;

/// <summary>The methods that a client declares to be repeatable although they are not idempotent by their HTTP method.</summary>
internal static class RepeatableMethods
{
    public static bool Include(CallContext context, Uri? uri)
    {
        var options = context.Options.Retry;
        return options.RetryUnsafeMethods || (context.IsGrpc && GrpcRequest.CallsOneOf(options.RepeatableGrpcMethods, uri));
    }
}
