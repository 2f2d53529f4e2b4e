using System.Runtime.CompilerServices;

namespace Resilience.Http.Requests;

/// <summary>
/// Whether a request has a collection of options. <see cref="HttpRequestMessage.Options"/> creates one when it is first read: 104 bytes
/// that most requests do not need, and no public member reports whether it exists. If a later runtime has no such field, the answer is yes,
/// which is correct and costs those bytes.
/// </summary>
internal static class OptionsPresence
{
    private static readonly bool IsKnown = TryRead();

    public static bool MayHaveOptions(HttpRequestMessage request) => !IsKnown || Field(request) is not null;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_options")]
    private static extern ref HttpRequestOptions? Field(HttpRequestMessage request);

    private static bool TryRead()
    {
        using var request = new HttpRequestMessage();
        try
        {
            return Field(request) is null;
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }
}
