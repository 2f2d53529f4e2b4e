using System.Runtime.CompilerServices;

namespace Resilience.Http.Requests;

/// <summary>
/// Whether a request has a collection of headers. <see cref="HttpRequestMessage.Headers"/> makes one when it is first read, 48 bytes that a
/// request without headers does not need, and nothing public says so beforehand. The property that does is internal: if a later runtime has
/// none, the answer is yes, which is right and costs those bytes.
/// </summary>
internal static class HeaderPresence
{
    private static readonly bool IsKnown = TryRead();

    public static bool MayHaveHeaders(HttpRequestMessage request) => !IsKnown || HasHeaders(request);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_HasHeaders")]
    private static extern bool HasHeaders(HttpRequestMessage request);

    private static bool TryRead()
    {
        using var request = new HttpRequestMessage();
        try
        {
            HasHeaders(request);
            return true;
        }
        catch (MissingMethodException)
        {
            return false;
        }
    }
}
