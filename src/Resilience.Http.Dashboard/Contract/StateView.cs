namespace Resilience.Http.Dashboard.Contract;

/// <summary>All services: what <c>GET state</c> answers, and what a viewer gets first.</summary>
/// <param name="Instance">Another one after each start of the app.</param>
/// <param name="At">The server's clock, in milliseconds since 1970.</param>
/// <param name="Elapsed">Milliseconds on a clock that no change of the server's time moves: for the order and the number of ticks.</param>
/// <param name="Services">By name.</param>
internal sealed record StateView(string Instance, long At, long Elapsed, IReadOnlyList<ServiceView> Services);

/// <summary>A service with its history.</summary>
/// <param name="Live">What changes all the time.</param>
/// <param name="Seconds">
/// The last minute, the oldest second first: succeeded, failed, rejected, retried, hedged, answered by a fallback.
/// </param>
/// <param name="Transitions">The newest first.</param>
/// <param name="Chain">The handlers, outermost first.</param>
internal sealed record ServiceView(
    LiveView Live, IReadOnlyList<int[]> Seconds, IReadOnlyList<TransitionView> Transitions, IReadOnlyList<string> Chain);

/// <summary>What is new after a second.</summary>
/// <param name="At">See <see cref="StateView"/>.</param>
/// <param name="Elapsed">See <see cref="StateView"/>.</param>
/// <param name="Services">Those that changed. A service that is not among them had the same second again.</param>
/// <param name="Added">Those that a viewer cannot know yet, with their history; <see langword="null"/> if there are none.</param>
internal sealed record TickView(long At, long Elapsed, IReadOnlyList<LiveView> Services, IReadOnlyList<ServiceView>? Added);

/// <summary>A transition, at once.</summary>
internal sealed record TransitionNews(long At, long Elapsed, TransitionView Transition, LiveView? Service);

/// <summary>A service now. Times are in milliseconds.</summary>
internal sealed record LiveView
{
    public required string Name { get; init; }

    public required bool Enabled { get; init; }

    public required IReadOnlyList<CircuitView> Circuits { get; init; }

    /// <summary>The last second: see <see cref="ServiceView"/>.</summary>
    public required int[] Second { get; init; }

    public double? P50 { get; init; }

    public double? P95 { get; init; }

    public double? P99 { get; init; }

    public double? Budget { get; init; }

    public int? BudgetCapacity { get; init; }

    public long? InFlight { get; init; }

    public long? InFlightLimit { get; init; }

    /// <summary>Why a limit last rejected a request.</summary>
    public string? LimitRejection { get; init; }

    /// <summary>How many trials decide about a half-open circuit.</summary>
    public int? Trials { get; init; }

    public double? ShortestBreak { get; init; }

    /// <summary>With its random part; a <c>Retry-After</c> may be longer.</summary>
    public double? LongestBreak { get; init; }

    public string? Faults { get; init; }

    public string? Fleet { get; init; }
}

/// <summary>
/// A circuit now. <see cref="Mode"/> is <c>enforce</c> or <c>observe</c>, which rejects no call. <see cref="OpenedBecause"/> is why it left
/// the closed state, and <see cref="OpenedAs"/> is the state that followed; <see cref="Reason"/> may be a trial that failed since.
/// </summary>
internal sealed record CircuitView(
    string Authority,
    CircuitState State,
    string Mode,
    long Since,
    long? OpenedAt,
    long? RetryAfter,
    string? Reason,
    string? OpenedBecause,
    CircuitState? OpenedAs,
    string? LastFailure,
    int ConsecutiveFailures,
    long Throughput,
    double FailureRatio,
    double SlowRatio);

internal sealed record TransitionView(
    string Service, string Authority, CircuitState From, CircuitState To, string Reason, long At, string? TraceId);

/// <summary>What a user asks for.</summary>
/// <param name="Action"><c>isolate</c>, <c>release</c> or <c>reset</c>.</param>
/// <param name="Service">The name the client is registered under.</param>
/// <param name="Authority">One circuit; <see langword="null"/> for all of the service.</param>
/// <param name="Reason">Why.</param>
/// <param name="Minutes">How long an isolation lasts.</param>
/// <param name="AllReplicas">Whether it is an order to the fleet; otherwise it acts on this process only.</param>
internal sealed record SteeringRequest(
    string? Action, string? Service, string? Authority, string? Reason, double? Minutes, bool? AllReplicas);

internal sealed record SteeringAnswer(bool Done, string Message);

/// <summary>The antiforgery token, and the header that it belongs into.</summary>
internal sealed record TokenView(string Header, string Token);
