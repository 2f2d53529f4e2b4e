namespace Resilience.Http.Timeouts;

/// <summary>
/// The caller's cancellation, with the caller's token. Inside, handlers see the token of a lease and name it in what they throw; a
/// caller that compares tokens must find its own.
/// </summary>
internal static class CallerCancellation
{
    /// <summary>
    /// Whether the exception reports the cancellation with another token, or as a failed request, as a connection that it cut may do.
    /// </summary>
    public static bool Replaces(Exception exception, CancellationToken callerToken) => exception switch
    {
        OperationCanceledException canceled => canceled.CancellationToken != callerToken,
        HttpRequestException or IOException => true,
        _ => false,
    };

    public static TaskCanceledException From(Exception exception, CancellationToken callerToken) =>
        new("The call was canceled by its caller.", exception, callerToken);
}
