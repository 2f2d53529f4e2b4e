using System.Net;
using Resilience.Http.Content;
using Resilience.Http.Grpc;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Pipeline;

/// <summary>
/// What belongs to one attempt. The handlers inside the loop are passed the attempt that they begin or end, so a call can have several at
/// a time. One logical thread of control uses it at a time, so nothing here is locked.
/// </summary>
internal sealed class AttemptContext(CallContext call)
{
    private Facts _facts;

    public CallContext Call { get; } = call;

    /// <summary>
    /// What the circuit breaker keeps from the beginning of an attempt to its end. This object and <see cref="TimeoutState"/> are pooled
    /// with the context: the handler that ends the attempt leaves nothing of the call in them.
    /// </summary>
    public object? CircuitBreakerState { get; set; }

    /// <summary>What the concurrency limit keeps from the beginning of an attempt to its end.</summary>
    public object? ConcurrencyLimitState { get; set; }

    /// <summary>What the attempt timeout keeps from the beginning of an attempt to its end.</summary>
    public object? TimeoutState { get; set; }

    /// <summary>What hedging keeps from the beginning of an attempt to its end.</summary>
    public object? HedgingState { get; set; }

    /// <summary>What the choice of an endpoint keeps from the beginning of an attempt to its end.</summary>
    public object? EndpointState { get; set; }

    /// <summary>What the rate limit keeps from the beginning of an attempt to its end.</summary>
    public object? RateLimitState { get; set; }

    public long StartedAt => _facts.StartedAt;

    /// <summary>Timestamp of the attempt's end. The clock is read when this is first asked for, which must be after the end.</summary>
    public long EndedAt => _facts.EndedAt ??= Call.Clock.GetTimestamp();

    /// <summary>The URI that the attempt began with; a redirect gives the request another.</summary>
    public Uri? Uri { get => _facts.Uri; set => _facts.Uri = value; }

    /// <summary>How redirects are seen; <see langword="null"/> if the attempt has not left the chain.</summary>
    public RedirectWatch? Redirects { get => _facts.Redirects; set => _facts.Redirects = value; }

    /// <summary>Whether the attempt has left the chain: until then it may wait for a limit, or be refused.</summary>
    public bool HasLeft => Redirects is not null;

    /// <summary>The redirect that the attempt followed, known once it was judged.</summary>
    public Redirect? Redirect => _facts.Redirect;

    /// <summary>What is known of the attempt's request body; <see langword="null"/> if there is none, or a short one in memory.</summary>
    public BodyWatch? Body => _facts.Body;

    /// <summary>Timestamp at which the attempt last made progress: when its connection took some of the body, or else its start.</summary>
    public long LastMoveAt => Body?.TakenAt ?? StartedAt;

    /// <summary>Whether the attempt waits, or waited when it was cut, for the source of its own body.</summary>
    public bool AwaitsBody => Body?.Phase == BodyPhase.AwaitsSource;

    /// <summary>The limit of this chain that cut the attempt.</summary>
    public TimeoutScope? FiredTimeout { get => _facts.FiredTimeout; set => _facts.FiredTimeout = value; }

    /// <summary>This process was behind when the limit fired, so the response may have been there unseen.</summary>
    public bool ProcessWasBehind { get => _facts.ProcessWasBehind; set => _facts.ProcessWasBehind = value; }

    /// <summary>The attempt was not sent: its circuit or a limit refused it, which says nothing new about the service.</summary>
    public bool Refused { get => _facts.Refused; set => _facts.Refused = value; }

    /// <summary>The limit that refused the attempt; <see langword="null"/> if its circuit did, or if it was not refused.</summary>
    public HttpLimit? ExceededLimit => _facts.ExceededLimit;

    /// <summary>When the attempt failed, its circuit was open: by this very failure, or by those of other calls meanwhile.</summary>
    public bool CircuitOpened { get => _facts.CircuitOpened; set => _facts.CircuitOpened = value; }

    /// <summary>The attempt was the trial of an endpoint, and another endpoint has no trouble: a retry need not wait.</summary>
    public bool FailedAsTrial { get => _facts.FailedAsTrial; set => _facts.FailedAsTrial = value; }

    /// <summary>An asynchronous handler had the outcome at hand, so the attempt took no time worth a reading of the clock.</summary>
    public bool CompletedSynchronously { get => _facts.CompletedSynchronously; set => _facts.CompletedSynchronously = value; }

    /// <summary>It goes out beside other sends of the same attempt.</summary>
    public bool IsHedge => _facts.IsHedge;

    /// <summary>
    /// Another send of the same attempt has won, so this one was canceled. What it still comes to is nobody's outcome: it is not judged,
    /// not counted and not reported.
    /// </summary>
    public bool IsAbandoned { get => _facts.IsAbandoned; private set => _facts.IsAbandoned = value; }

    /// <summary>How many attempt handlers have begun the attempt and not yet ended it.</summary>
    public int OpenHandlers { get => _facts.OpenHandlers; set => _facts.OpenHandlers = value; }

    /// <summary>The judgement, if the attempt was judged.</summary>
    public Judgement? Judged => _facts.Judged;

    /// <summary>The status that the attempt ended with, also if a handler made an exception of it; known once it was judged.</summary>
    public HttpStatusCode? Status => _facts.Status;

    /// <summary>Begins anew. What the handlers keep stays: it serves the next attempt too.</summary>
    public void Begin(HttpRequestMessage request, long startedAt)
    {
        _facts = default;
        _facts.StartedAt = startedAt;
        _facts.Uri = request.RequestUri;
        _facts.Body = BodyOf(request, startedAt);
    }

    /// <summary>
    /// Begins a further send of an attempt, with a request of its own. Its body is not watched: the attempt's first send is the one that
    /// the body's time limits follow.
    /// </summary>
    public void BeginHedge(HttpRequestMessage request, long startedAt)
    {
        _facts = default;
        _facts.StartedAt = startedAt;
        _facts.Uri = request.RequestUri;
        _facts.IsHedge = true;
    }

    /// <summary>Another send of the same attempt has won.</summary>
    public void Abandon()
    {
        IsAbandoned = true;
        _facts.Judged = new(AttemptVerdict.Ignored);
    }

    /// <summary>Disposes of what the handlers keep, if the context is not used again.</summary>
    public void DisposeStates()
    {
        (CircuitBreakerState as IDisposable)?.Dispose();
        (TimeoutState as IDisposable)?.Dispose();
        (HedgingState as IDisposable)?.Dispose();
    }

    /// <summary>The attempt waited until now for a limit. Only what comes after the wait counts as its duration.</summary>
    public void WaitedUntil(long now)
    {
        _facts.StartedAt = now;
        _facts.Body?.WaitedUntil(now);
        CompletedSynchronously = false;
    }

    /// <summary>The service has all of its callers wait, so the attempt's own response asks for no shorter wait.</summary>
    public void RaiseRetryAfter(TimeSpan wait)
    {
        if (_facts.RetryAfter is not { Wait: { } asked } || asked < wait)
        {
            _facts.RetryAfter = new RetryAfter(wait);
        }
    }

    /// <summary>A limit refuses the attempt.</summary>
    public Task<HttpResponseMessage> Reject(HttpRequestMessage request, LimitRejection rejection, HttpRejection how)
    {
        Refused = true;
        _facts.ExceededLimit = rejection.Limit;
        if (how == HttpRejection.Throw)
        {
            return Task.FromException<HttpResponseMessage>(new LimitExceededException(rejection));
        }

        return Task.FromResult(Call.IsGrpc ? GrpcAnswer.To(request, rejection.GrpcFailure) : rejection.ToResponse(request));
    }

    /// <summary>The attempt was refused where it was sent to, so it begins anew elsewhere.</summary>
    public void ForgetRefusal()
    {
        _facts.Refused = false;
        _facts.ExceededLimit = null;
        _facts.Redirects = null;
        _facts.EndedAt = null;
    }

    /// <summary>Forgets the attempt.</summary>
    public void Clear() => _facts = default;

    /// <summary>The attempt ended a while ago: what comes next begins later.</summary>
    public void InvalidateEnd() => _facts.EndedAt = null;

    /// <summary>
    /// How long the service asked all of its callers to wait. Only a 429 or a 503 asks that; any other response concerns its own call.
    /// </summary>
    public TimeSpan? RetryAfter(HttpResponseMessage? response) =>
        response?.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
            ? ReadRetryAfter(response).Wait
            : null;

    /// <summary>The wait that the attempt's response asks for; read once, since it may be counted from now.</summary>
    public RetryAfter ReadRetryAfter(HttpResponseMessage? response) => _facts.RetryAfter ??=
        Call.IsGrpc && GrpcHeaders.WaitAskedBy(response) is { } wait
            ? new RetryAfter(wait)
            : Outcomes.RetryAfter.Read(response, Call.Clock);

    /// <summary>The judgement on the attempt: formed when it is first asked for, and the same from then on.</summary>
    public Judgement Judge(HttpRequestMessage request, HttpResponseMessage? response, Exception? exception)
    {
        if (_facts.Judged is { } earlier)
        {
            return earlier;
        }

        _facts.Redirect = Redirects?.Find(Uri, new(request, response, exception));
        var untouched = exception is null || (Redirect is null && IsUntouched(request));
        var judgement = AttemptJudge.Judge(this, request, response, exception, untouched);
        _facts.Judged = judgement;
        _facts.Status = response?.StatusCode ?? OutcomeTable.StatusIn(exception);
        Call.NoteOutcome(this, judgement, response, exception);
        return judgement;
    }

    /// <summary>The body is watched anew for each attempt of the loop. A context of its own, further in, shares that watch.</summary>
    private BodyWatch? BodyOf(HttpRequestMessage request, long startedAt) => Call.Sent.Content is IStandIn standIn
        ? standIn.Body.Watch(Call.Clock, startedAt)
        : (request.Content as IStandIn)?.Body.CurrentWatch;

    /// <summary>
    /// Whether the request still is what the attempt began with. If not, a handler inside the chain may have followed a redirect itself.
    /// </summary>
    private bool IsUntouched(HttpRequestMessage request) =>
        ReferenceEquals(request.RequestUri, Uri)
        && (!Call.Sent.IsTaken || (request.Method == Call.Sent.Method && (request.Content is not null || Call.Sent.Content is null)));

    /// <summary>Everything that ends with the attempt, so that one assignment forgets it.</summary>
    private struct Facts
    {
        public long StartedAt;
        public long? EndedAt;
        public Uri? Uri;
        public RedirectWatch? Redirects;
        public Redirect? Redirect;
        public BodyWatch? Body;
        public TimeoutScope? FiredTimeout;
        public Judgement? Judged;
        public HttpStatusCode? Status;
        public RetryAfter? RetryAfter;
        public bool ProcessWasBehind;
        public bool Refused;
        public HttpLimit? ExceededLimit;
        public bool IsHedge;
        public bool IsAbandoned;
        public bool CircuitOpened;
        public bool FailedAsTrial;
        public bool CompletedSynchronously;
        public int OpenHandlers;
    }
}
