using System.Diagnostics;
using System.Net;
using Resilience.Http.Grpc;
using Resilience.Http.Outcomes;
using Resilience.Http.Requests;

namespace Resilience.Http.Pipeline;

/// <summary>
/// What the handlers of one call share. The first in line creates it, each passes it to the next, and it is pooled: the outermost handler
/// that awaits owns it and gives it back (<see cref="TryOwn"/>). One logical thread of control uses it at a time, so nothing here is
/// locked.
/// </summary>
internal sealed partial class CallContext
{
    private bool _owned;
    private int _holders;
    private TimeoutScope? _lastFired;
    private HttpStatusCode? _lastStatus;
    private GrpcStatus? _lastGrpcStatus;
    private Exception? _lastException;

    private CallContext() => Attempt = new(this);

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

    /// <summary>What the caller sent, if it may be sent again.</summary>
    public RequestSnapshot Sent { get; } = new();

    /// <summary>Timestamp of the call's start.</summary>
    public long StartedAt { get; private set; }

    /// <summary>The limit of the whole call that the request asks for, or else the options.</summary>
    public TimeSpan RequestedTotalTimeout => Settings.TotalTimeout ?? Options.TotalTimeout;

    /// <summary>The limit of the whole call: the requested one, or what <see cref="LimitTotal"/> has made of it.</summary>
    public TimeSpan TotalTimeout { get; private set; }

    /// <summary>The limit of each attempt. An unset one follows the total.</summary>
    public TimeSpan AttemptTimeout { get; private set; }

    /// <summary>How many attempts have begun, the refused ones included.</summary>
    public int Attempts { get; private set; }

    /// <summary>The attempt that runs, or else the last one.</summary>
    public AttemptContext Attempt { get; private set; }

    /// <summary>How many sends went out beside others.</summary>
    public int Hedges { get; set; }

    /// <summary>What earlier attempts of the call may have done.</summary>
    public EarlierAttempts Earlier { get; } = new();

    /// <summary>The endpoints that the sends of the call have gone to, for those that come after.</summary>
    public TriedEndpoints TriedEndpoints { get; } = new();

    /// <summary>The span of the call, for the events of the features; <see langword="null"/> if there is no listener.</summary>
    public Activity? Span { get; set; }

    /// <summary>Counts what is sent, if there is a span.</summary>
    public SendCounter? Sending { get; set; }

    /// <summary>Which fallback answered: <c>delegate</c>, <c>stale</c> or <c>default</c>; <see langword="null"/> if none did.</summary>
    public string? FallbackKind { get; set; }

    /// <summary>How the last attempt that was judged ended, in few words; <see langword="null"/> before there is one.</summary>
    public string? LastOutcome => (_lastFired, _lastGrpcStatus, _lastStatus, _lastException) switch
    {
        (TimeoutScope.Incoming, _, _, _) => "the incoming deadline",
        (TimeoutScope.Shutdown, _, _, _) => "the shutdown of the app",
        (TimeoutScope.Attempt, _, _, _) => $"the {nameof(ResilientHttpClientOptions.AttemptTimeout)}",
        (TimeoutScope.Total, _, _, _) => $"the {nameof(ResilientHttpClientOptions.TotalTimeout)}",
        (_, { } status, _, _) => status.Text(),
        (_, _, { } status, _) => OutcomeText.Format(status),
        (_, _, _, { } exception) => OutcomeText.Format(exception),
        _ => null,
    };

    /// <summary>The gRPC status of the last attempt that was judged, if it had one.</summary>
    public GrpcStatus? LastGrpcStatus => _lastGrpcStatus;

    /// <summary>Whether the user has set the attempt timeout, for the client or the request. If not, it follows a shorter total.</summary>
    public bool AttemptTimeoutIsSet => Settings.AttemptTimeout is not null || Options.AttemptTimeoutIsSet;

    /// <summary>Shortens the limit of the whole call, and with it an unset attempt timeout.</summary>
    public void LimitTotal(TimeSpan limit)
    {
        TotalTimeout = TimeLimit.Shorter(limit, TotalTimeout);
        if (!AttemptTimeoutIsSet)
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
        Attempt.Begin(request, Attempts == 0 ? StartedAt : Attempt.EndedAt);
        Attempts++;
    }

    /// <summary>
    /// Of several sends of one attempt, another one than the first gave the outcome: from here on, it is the attempt.
    /// </summary>
    public void Adopt(AttemptContext attempt) => Attempt = attempt;

    /// <summary>Notes how an attempt ended, for the messages of those that follow.</summary>
    public void NoteOutcome(AttemptContext attempt, Judgement judgement, HttpResponseMessage? response, Exception? exception)
    {
        _lastFired = attempt.FiredTimeout;
        _lastStatus = response?.StatusCode;
        _lastGrpcStatus = IsGrpc ? GrpcCall.StatusOf(attempt, response, judgement) : null;
        _lastException = exception;
    }

    /// <summary>Whether the asking handler is the outermost that awaits, and so must <see cref="Return"/> the context.</summary>
    public bool TryOwn()
    {
        var first = !_owned;
        _owned = true;
        return first;
    }
}
