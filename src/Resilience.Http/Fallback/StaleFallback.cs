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

    /// <summary>Notes what the caller asks; <see langword="null"/> if stale answers are off.</summary>
    public StaleCall? Begin(HttpRequestMessage request, HttpFallbackOptions options)
    {
        if (options.StaleIfError <= TimeSpan.Zero)
        {
            return null;
        }

        // A body asks for something too, such as a search, and to read it for the key might use it up.
        var directives = RequestDirectives.From(request);
        var hasKey = IsRead(request.Method) && request.Content is null && !directives.NoStore;
        var call = new StaleCall
        {
            Address = StaleKey.AddressOf(request.RequestUri),
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

    /// <summary>Keeps an answer that may stand in later, and removes those that it contradicts.</summary>
    public void Learn(HttpResponseMessage response, HttpRequestMessage request, CallContext context, OriginalRequest asked)
    {
        if (asked.Stale is not { } call)
        {
            return;
        }

        if (StaleRules.Changes(asked.Method, response.StatusCode))
        {
            _kept.Remove(StaleAddresses.ChangedBy(call, response), caller: null);
        }
        else if (IsRead(asked.Method) && context.Attempt.Judge(request, response, null).Verdict == AttemptVerdict.Success)
        {
            LearnFromRead(response, context, asked.Method, call);
        }
    }

    private void LearnFromRead(HttpResponseMessage response, CallContext context, HttpMethod method, StaleCall call)
    {
        var options = context.Options.Fallback;
        var directives = CacheDirectives.Read(response.Headers);
        var sent = call.SentFor(response);
        var removal = StaleRules.Removes(response, directives);
        if (removal != StaleRemoval.None)
        {
            var caller = removal == StaleRemoval.OfCaller ? CallerOf(call, sent, options.ShareStaleAnswers) : null;
            _kept.Remove(StaleAddresses.From(call, response), caller);
            return;
        }

        if (call.Key is not { } asked || directives is null || !StaleRules.MayKeep(response, directives))
        {
            return;
        }

        if (Unseen(options, sent) is { } reason)
        {
            _warning.Give(reason);
            return;
        }

        var key = options.ShareStaleAnswers ? asked.Shared() : asked.SentAs(sent!.Key);
        if (StalePrivacy.VariesOnlyBySeen(
                response.Headers, key, options.ShareStaleAnswers, context.Options.Deadline.Header))
        {
            Record(response, key, context, call, StaleTerms.From(response, directives, _clock.GetUtcNow()), method == HttpMethod.Head);
        }
    }

    /// <summary>
    /// Keeps the answer when the caller has read it to its end; an answer without a body at once. Status and headers are copied now: a
    /// handler further out may put another body, and with it other headers, into the response while it still reads this one.
    /// </summary>
    private void Record(HttpResponseMessage response, StaleKey key, CallContext context, StaleCall call, StaleTerms terms, bool isHead)
    {
        var options = context.Options.Fallback;
        if (!isHead && response.Content.Headers.ContentLength > options.MaxStaleBody)
        {
            return;
        }

        var answer = new CachedResponse(response, terms, _clock.GetElapsedTime(context.Attempt.StartedAt), _clock, isHead)
        {
            Order = _kept.Next()
        };
        var addresses = StaleAddresses.From(call, response);
        if (isHead)
        {
            Keep(answer);
        }
        else
        {
            response.Content = new RecordingContent(response.Content, options.MaxStaleBody, body => Keep(answer with { Body = body }));
        }

        void Keep(CachedResponse answer) => _kept.Keep(key, answer, addresses, call.Order, options.MaxStaleEntries);
    }

    private static bool IsRead(HttpMethod method) => method == HttpMethod.Get || method == HttpMethod.Head;

    /// <summary>For whom answers are removed; <see langword="null"/> is everybody, also if it was not seen who asked.</summary>
    private static string? CallerOf(StaleCall call, SentRequest? sent, bool shared)
    {
        if (shared)
        {
            return call.Key?.Shared().Caller;
        }

        return sent is null ? null : call.Key?.SentAs(sent.Key).Caller;
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
