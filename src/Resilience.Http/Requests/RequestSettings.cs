namespace Resilience.Http.Requests;

/// <summary>
/// What one request asks for besides the options of its client. It travels in the request's own options, so a copy of them keeps it.
/// </summary>
internal sealed record RequestSettings
{
    public static readonly RequestSettings None = new();

    private static readonly HttpRequestOptionsKey<RequestSettings> Key = new("Resilience.Http.RequestSettings");

    /// <summary>
    /// Whether any request of the process was ever given a setting. Until then none is looked for: the first touch of a request's options
    /// allocates them.
    /// </summary>
    private static volatile bool _everSet;

    public TimeSpan? TotalTimeout { get; init; }

    public TimeSpan? AttemptTimeout { get; init; }

    /// <summary>
    /// The caller's word on repeating: <see langword="true"/> safe, <see langword="false"/> never, <see langword="null"/> by the rules.
    /// </summary>
    public bool? AllowRetry { get; init; }

    /// <summary>The caller declares that two sends of the request may overlap, whatever its method.</summary>
    public bool AllowHedging { get; init; }

    public string? OperationName { get; init; }

    public static RequestSettings Find(HttpRequestMessage request) =>
        _everSet && OptionsPresence.MayHaveOptions(request) && request.Options.TryGetValue(Key, out var settings) ? settings : None;

    /// <summary>Gives the request other settings. A call that has begun keeps those it began with.</summary>
    public static void Set(HttpRequestMessage request, RequestSettings settings)
    {
        _everSet = true;
        request.Options.Set(Key, settings);
    }
}
