using System.Net.Http.Headers;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Fallback;

/// <summary>Stale answers of one service: notes the calls, learns from their answers, and finds an answer for one that failed.</summary>
internal sealed class StaleFallback(ServiceState service)
{
    private const string NotSeen = "a handler inside the chain answers by itself, or sends another request than the one it is given, so " +
        "what is sent cannot be seen";

    private readonly StaleResponseCache _kept = new();
    private readonly StaleWarning _warning = StaleWarning.GetOrCreate(service);
    private readonly TimeProvider _clock = service.Host.Clock;

    /// <summary>While the options switch stale answers off, no change is seen, so what was kept before may be out of date.</summary>
    public void Use(ResilientHttpClientOptions options)
    {
        if (!options.Enabled || options.Fallback.StaleIfError <= TimeSpan.Zero)
        {
            _kept.Clear();
        }
    }

    /// <summary>Notes what the caller asks.</summary>
    public StaleCall Begin(HttpRequestMessage request)
    {
        // A body asks for something too, such as a search, and to read it for the key might use it up.
        var directives = RequestDirectives.From(request);
        var hasKey = IsRead(request.Method) && request.Content is null && !directives.NoStore;
        var call = new StaleCall
        {
            Address = StaleAddresses.Normalize(request.RequestUri),
            Key = hasKey ? StaleKey.From(request, service.Options.Deadline.Header) : null,
            Directives = directives,
            Order = _kept.Next(),
        };
        call.TravelWith(request);
        return call;
    }

    /// <param name="call">The call that failed.</param>
    /// <param name="next">The handler that follows inwards, to see what would have been sent if nothing was.</param>
    public HttpResponseMessage? Find(FailedCall call, HttpMessageHandler? next)
    {
        if (call.Asked.Stale is not { Key: { } asked } stale
            || KeyOf(call, stale, asked, next) is not { } key
            || _kept.Find(key) is not { } answer)
        {
            return null;
        }

        var age = answer.Age(_clock);
        if (!answer.MayServe(age, call.Options.StaleIfError))
        {
            _kept.Remove(key, answer);
            return null;
        }

        return answer.IsWanted(age, stale.Directives) ? answer.ToResponse(call.Request, age) : null;
    }

    /// <summary>
    /// Keeps an answer that may stand in later, and removes those that the outcome contradicts. A status counts also if a handler inside
    /// has made an exception of it.
    /// </summary>
    public void Learn(in EndedCall ended)
    {
        var attempt = ended.Context.Attempt;
        if (StaleRules.Changes(ended.Method, attempt.Status, attempt.Redirect, ended.Context.Earlier))
        {
            _kept.Remove(StaleAddresses.ChangedBy(ended), caller: null);
        }
        else if (IsRead(ended.Method) && attempt.Judged is { } judged)
        {
            LearnFromRead(ended, judged.Verdict);
        }
    }

    private void LearnFromRead(in EndedCall ended, AttemptVerdict verdict)
    {
        var directives = ended.Response is { } response ? CacheDirectives.Read(response.Headers) : [];
        var removal = StaleRules.Removes(ended.Context.Attempt.Status, verdict, directives);
        if (removal != StaleRemoval.None)
        {
            _kept.Remove(StaleAddresses.From(ended), removal == StaleRemoval.OfCaller ? CallerOf(ended) : null);
        }
        else if (verdict == AttemptVerdict.Success && ended.Response is not null && directives is not null)
        {
            KeepIfAllowed(ended, ended.Response, directives);
        }
    }

    private void KeepIfAllowed(in EndedCall ended, HttpResponseMessage response, IReadOnlyList<CacheControlHeaderValue> directives)
    {
        if (ended.Call.Key is not { } asked || !StaleRules.MayKeep(response, directives))
        {
            return;
        }

        var options = ended.Context.Options.Fallback;
        var sent = ended.Sent;
        if (Unseen(options, sent) is { } reason)
        {
            _warning.Give(reason);
            return;
        }

        var key = options.ShareStaleAnswers ? asked.Shared() : asked.SentAs(sent!.Key);
        if (StalePrivacy.VariesOnlyBySeen(
                response.Headers, key, options.ShareStaleAnswers, ended.Context.Options.Deadline.Header))
        {
            Record(ended, response, key, StaleTerms.From(response, directives, _clock.GetUtcNow()));
        }
    }

    /// <summary>
    /// Keeps the answer when the caller has read it to its end; an answer without a body at once. Status and headers are copied now: a
    /// handler further out may put another body, and with it other headers, into the response while it still reads this one.
    /// </summary>
    private void Record(in EndedCall ended, HttpResponseMessage response, StaleKey key, StaleTerms terms)
    {
        var options = ended.Context.Options.Fallback;
        var isHead = ended.Method == HttpMethod.Head;
        if (!isHead && response.Content.Headers.ContentLength > options.MaxStaleBody)
        {
            return;
        }

        var delay = _clock.GetElapsedTime(ended.Context.Attempt.StartedAt);
        var answer = new CachedResponse(response, terms, delay, _clock, isHead) { Order = _kept.Next() };
        var (addresses, calledAt) = (StaleAddresses.From(ended), ended.Call.Order);
        if (isHead)
        {
            Keep(answer);
        }
        else
        {
            response.Content = new RecordingContent(response.Content, options.MaxStaleBody, body => Keep(answer with { Body = body }));
        }

        void Keep(CachedResponse answer) => _kept.Keep(key, answer, addresses, calledAt, options.MaxStaleEntries);
    }

    private static bool IsRead(HttpMethod method) => method == HttpMethod.Get || method == HttpMethod.Head;

    /// <summary>For whom answers are removed; <see langword="null"/> is everybody, also if it was not seen who asked.</summary>
    private static string? CallerOf(in EndedCall ended)
    {
        if (ended.Context.Options.Fallback.ShareStaleAnswers)
        {
            return ended.Call.Key?.Shared().Caller;
        }

        return ended.Sent is { } sent ? ended.Call.Key?.SentAs(sent.Key).Caller : null;
    }

    private static string? Unseen(HttpFallbackOptions options, SentRequest? sent)
    {
        if (options.ShareStaleAnswers)
        {
            return null;
        }

        return sent is null ? NotSeen : sent.Hidden;
    }

    /// <summary>The key of a call that failed; <see langword="null"/> if it cannot be seen what was sent, or would have been.</summary>
    private static StaleKey? KeyOf(FailedCall call, StaleCall stale, StaleKey asked, HttpMessageHandler? next)
    {
        if (call.Options.ShareStaleAnswers)
        {
            return asked.Shared();
        }

        var sent = stale.Sent ?? SentRequestHandler.BehindTransparent(next)?.NoteUnsent(call.Request);
        return sent is { Hidden: null } ? asked.SentAs(sent.Key) : null;
    }
}
