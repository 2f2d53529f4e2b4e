using Grpc.Core;

namespace Resilience.Http.LibraryTests.Support;

/// <summary>An exception as the caller of a library meets it.</summary>
internal static class Caught
{
    /// <summary><c>FlurlHttpException > CircuitOpenException</c>: the types from the outside in, as far as ours.</summary>
    public static string Types(Exception exception)
    {
        var types = new List<string>();
        for (var each = exception; each is not null; each = each.InnerException)
        {
            types.Add(each is RpcException rpc ? $"RpcException({rpc.StatusCode})" : each.GetType().Name);
            if (each is CircuitOpenException or RequestTimedOutException or TimeoutException)
            {
                break; // What the connection said below it is chance.
            }
        }

        return string.Join(" > ", types);
    }
}
