namespace Resilience.Http.Requests;

/// <summary>What one request asks for besides the options of its client.</summary>
internal sealed record RequestSettings
{
    public static readonly RequestSettings None = new();

    public TimeSpan? TotalTimeout { get; init; }

    public TimeSpan? AttemptTimeout { get; init; }

    /// <summary>The caller's word on repeating: <see langword="true"/> safe, <see langword="false"/> never, <see langword="null"/> by the rules.</summary>
    public bool? AllowRetry { get; init; }

    public string? OperationName { get; init; }

    /// <summary>The settings of a request; never touches <c>request.Options</c> before the first one was ever set, since that first touch allocates.</summary>
    public static RequestSettings Of(HttpRequestMessage request)
    {
        _ = request;
        return None;
    }
}
