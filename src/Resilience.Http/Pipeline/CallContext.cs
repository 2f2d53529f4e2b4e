using System.Diagnostics;
using System.Net;
using Resilience.Http.Content;
using Resilience.Http.Grpc;
using Resilience.Http.Outcomes;
using Resilience.Http.Requests;

namespace Resilience.Http.Pipeline;

/// <summary>
/// What the handlers of one call tell each other. Made by the first in line, passed from one to the next, pooled: the outermost handler
/// that awaits owns it and gives it back (<see cref="TryOwn"/>). One logical thread of control uses it at a time, so nothing here is
/// locked.
/// </summary>
internal sealed partial class CallContext
{
    private bool _owned;
    private long? _attemptEndedAt;
    private RetryAfter _retryAfter;
    private bool _retryAfterRead;
    private bool _judged;
    private Judgement _judgement;
    private TimeoutScope? _lastFired;
    private HttpStatusCode? _lastStatus;
    private GrpcStatus? _lastGrpcStatus;
    private Exception? _lastException;

    public ServiceState Service { get; private set; } = null!;

    /// <summary>The options the call began with; a reload never mixes into a running call.</summary>
    public ResilientHttpClientOptions Options { get; private set; } = null!;

    public TimeProvider Clock => Service.Host.Clock;

    public CancellationToken CallerToken { get; private set; }

    /// <summary>
    /// The request is a gRPC call: its failures have a status of their own, and refusals and timeouts reach the caller as one.
    /// </summary>
    public bool IsGrpc { get; private set; }

    /// <summary>What this one request asks for besides the options; <see cref="RequestSettings.None"/> for nearly all.</summary>
    public RequestSettings Settings { get; private set; } = RequestSettings.None;

    /// <summary>What the caller sent, where it may be sent again.</summary>
    public RequestSnapshot Sent { get; } = new();

    /// <summary>Timestamp of the call's start.</summary>
    public long StartedAt { get; private set; }

    /// <summary>
    /// The limit of the whole call: what the request asks for, or else the options, or what <see cref="LimitTotal"/> has made of it.
    /// </summary>
    public TimeSpan TotalTimeout { get; private set; }

    /// <summary>The limit of each attempt. One that nobody set follows the total.</summary>
    public TimeSpan AttemptTimeout { get; private set; }

    /// <summary>
    /// Timestamp at which the whole call must have its headers; <see cref="long.MaxValue"/> where there is no total timeout.
    /// </summary>
    public long Deadline { get; set; } = long.MaxValue;

    /// <summary>How many attempts have begun, the refused ones included.</summary>
    public int Attempts { get; private set; }

    public long AttemptStartedAt { get; private set; }

    /// <summary>What the current attempt knows of its body; <see langword="null"/> if there is none, or a short one in memory.</summary>
    public BodyWatch? Body { get; private set; }

    /// <summary>
    /// Timestamp at which the current attempt last got anywhere: when its connection took some of the body, or else its start.
    /// </summary>
    public long LastMoveAt => Body?.TakenAt ?? AttemptStartedAt;

    /// <summary>Whether the current attempt waits, or waited when it was cut, for the source of its own body.</summary>
    public bool AwaitsBody => Body?.Phase == BodyPhase.AwaitsSource;

    /// <summary>
    /// Timestamp of the current attempt's end, for those who see that it has ended: read by whoever asks first, the same for all who ask
    /// after.
    /// </summary>
    public long AttemptEndedAt => _attemptEndedAt ??= Clock.GetTimestamp();

    /// <summary>
    /// For how long the service asked all of its callers to stay away. Only a 429 or a 503 says that; any other answer speaks of its own
    /// call.
    /// </summary>
    public TimeSpan? RetryAfter(HttpResponseMessage? response) =>
        response?.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable ? ReadRetryAfter(response).Wait : null;

    /// <summary>The wait that the current attempt's response asks for; read once, since it may be counted from now.</summary>
    public RetryAfter ReadRetryAfter(HttpResponseMessage? response)
    {
        if (!_retryAfterRead)
        {
            _retryAfter = IsGrpc && GrpcHeaders.WaitAskedBy(response) is { } wait
                ? new RetryAfter(wait)
                : Outcomes.RetryAfter.Read(response, Clock);
            _retryAfterRead = true;
        }

        return _retryAfter;
    }

    /// <summary>What earlier attempts of the call may have done.</summary>
    public EarlierAttempts Earlier { get; } = new();

    /// <summary>The limit of ours that cut the current attempt or wait.</summary>
    public TimeoutScope? FiredTimeout { get; set; }

    /// <summary>This process was behind when the limit fired, so the answer may have been there unseen.</summary>
    public bool ProcessWasBehind { get; set; }

    /// <summary>The current attempt was not sent because of its circuit.</summary>
    public bool Refused { get; set; }

    /// <summary>When the current attempt failed its circuit was open: by this very failure, or by those of others meanwhile.</summary>
    public bool CircuitOpened { get; set; }

    /// <summary>The span of the call, for the events of the features; <see langword="null"/> where nobody wanted one.</summary>
    public Activity? Span { get; set; }

    /// <summary>Counts what is sent, where there is a span.</summary>
    public SendCounter? Sending { get; set; }

    /// <summary>Which fallback answered: <c>delegate</c>, <c>stale</c> or <c>default</c>; <see langword="null"/> where none did.</summary>
    public string? FallbackKind { get; set; }

    /// <summary>How the last attempt that was judged ended, in few words; <see langword="null"/> before there is one.</summary>
    public string? LastOutcome => (_lastFired, _lastGrpcStatus, _lastStatus, _lastException) switch
    {
        ({ } fired, _, _, _) => $"the {fired}Timeout",
        (_, { } status, _, _) => status.Text(),
        (_, _, { } status, _) => OutcomeText.Format(status),
        (_, _, _, { } exception) => OutcomeText.Format(exception),
        _ => null,
    };

    /// <summary>The gRPC status of the last attempt that was judged, if it had one.</summary>
    public GrpcStatus? LastGrpcStatus => _lastGrpcStatus;

    /// <summary>
    /// An asynchronous handler had the current attempt's outcome at hand, so it took no time worth a reading of the clock.
    /// </summary>
    public bool CompletedSynchronously { get; set; }

    /// <summary>What the current attempt began with; a redirect gives the request another.</summary>
    public Uri? AttemptUri { get; private set; }

    /// <summary>How redirects are seen; <see langword="null"/> if the current attempt has not left the chain.</summary>
    public RedirectWatch? Redirects { get; set; }

    /// <summary>The redirect that the current attempt followed, known once it was judged.</summary>
    public Redirect? Redirect { get; private set; }

    /// <summary>Shortens the limit of the whole call, and with it an attempt timeout that nobody set.</summary>
    public void LimitTotal(TimeSpan limit)
    {
        TotalTimeout = TimeLimit.Shorter(limit, TotalTimeout);
        if (Settings.AttemptTimeout is null && !Options.AttemptTimeoutIsSet)
        {
            AttemptTimeout = TimeLimit.Shorter(AttemptTimeout, TotalTimeout);
        }
    }

    /// <summary>
    /// Begins the next attempt. The first one begins with the call, and one without a wait when the attempt before it ended: neither costs
    /// a reading of the clock.
    /// </summary>
    public void BeginAttempt(HttpRequestMessage request)
    {
        AttemptStartedAt = Attempts == 0 ? StartedAt : AttemptEndedAt;
        Attempts++;
        AttemptUri = request.RequestUri;
        Redirects = null;
        Redirect = null;
        Body = BodyOf(request);
        FiredTimeout = null;
        ProcessWasBehind = false;
        Refused = false;
        CircuitOpened = false;
        CompletedSynchronously = false;
        _attemptEndedAt = null;
        _retryAfterRead = false;
        _judged = false;
    }

    /// <summary>The body is watched anew for each attempt of the loop. A context of its own, further in, shares that watch.</summary>
    private BodyWatch? BodyOf(HttpRequestMessage request) => Sent.Content is IStandIn standIn
        ? standIn.Body.Watch(Clock, AttemptStartedAt)
        : (request.Content as IStandIn)?.Body.CurrentWatch;

    /// <summary>The end of the last attempt is a while ago: what comes next begins later.</summary>
    public void InvalidateAttemptEnd() => _attemptEndedAt = null;

    /// <summary>The judgement on the current attempt, where somebody has asked for it.</summary>
    public Judgement? Judged => _judged ? _judgement : null;

    /// <summary>The judgement on the current attempt: formed by whoever asks first, the same for all who ask after.</summary>
    public Judgement Judge(HttpRequestMessage request, HttpResponseMessage? response, Exception? exception)
    {
        if (!_judged)
        {
            Redirect = Redirects?.Find(AttemptUri, new(request, response, exception));
            _judgement = AttemptJudge.Judge(
                this, request, response, exception, exception is null || (Redirect is null && IsUntouched(request)));
            _judged = true;
            _lastFired = FiredTimeout;
            _lastStatus = response?.StatusCode;
            _lastGrpcStatus = IsGrpc ? GrpcCall.StatusOf(this, response, _judgement) : null;
            _lastException = exception;
        }

        return _judgement;
    }

    /// <summary>
    /// Whether the request still is what the attempt began with. If not, a handler inside the chain may have followed a redirect itself.
    /// </summary>
    private bool IsUntouched(HttpRequestMessage request) =>
        ReferenceEquals(request.RequestUri, AttemptUri)
        && (!Sent.IsTaken || (request.Method == Sent.Method && (request.Content is not null || Sent.Content is null)));

    /// <summary>Whether the asking handler is the outermost that awaits, and so must <see cref="Return"/> the context.</summary>
    public bool TryOwn()
    {
        var first = !_owned;
        _owned = true;
        return first;
    }
}
