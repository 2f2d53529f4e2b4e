using System.Net.Sockets;

namespace Resilience.Http.Outcomes;

/// <summary>
/// Whether this machine, and not the service, lacked what a connection needs: a free port, a socket, a buffer, a file handle.
/// </summary>
internal static class LocalShortage
{
    /// <summary>The error that shows the shortage; <see langword="null"/> if the exception does not show one.</summary>
    public static SocketException? In(Exception exception) =>
        ExceptionChain.Find<SocketException>(exception) is { } error && IsShortage(error.SocketErrorCode) ? error : null;

    /// <summary>
    /// .NET maps the codes of each platform to these. Linux without free ports gives AddressNotAvailable, Windows gives
    /// AddressAlreadyInUse or NoBufferSpaceAvailable. <see cref="SocketError.SocketError"/> is what name resolution fails with when it
    /// cannot open a file (EAI_SYSTEM).
    /// </summary>
    private static bool IsShortage(SocketError error) => error is SocketError.AddressNotAvailable
        or SocketError.AddressAlreadyInUse
        or SocketError.TooManyOpenSockets
        or SocketError.NoBufferSpaceAvailable
        or SocketError.ProcessLimit
        or SocketError.SocketError;
}
