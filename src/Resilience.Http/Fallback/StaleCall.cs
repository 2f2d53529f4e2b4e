namespace Resilience.Http.Fallback;

/// <summary>
/// What stale answers need to know of one call. It travels in the options of the request, so that the handler next to the primary can note
/// what is sent; a handler inside that sends a copy of the request without its options hides what it sends, and nothing is kept.
/// </summary>
internal sealed class StaleCall
{
    private static readonly HttpRequestOptionsKey<StaleCall> OptionsKey = new("Resilience.Http.StaleCall");

    private volatile SentRequest? _sent;
    private volatile Answered? _answered;

    /// <summary>The caller's URI before the first attempt, as answers are removed by it.</summary>
    public required string Address { get; init; }

    /// <summary>
    /// The key of what the caller asked; <see langword="null"/> if its answer can be neither kept nor replaced by a stale one.
    /// </summary>
    public required StaleKey? Key { get; init; }

    /// <summary>What the caller's Cache-Control says about stored answers.</summary>
    public required RequestDirectives Directives { get; init; }

    /// <summary>When the call began, in the order of events of the store: what is removed later is not kept by this call.</summary>
    public required long Order { get; init; }

    /// <summary>What the call sent last; <see langword="null"/> if nothing was sent or it cannot be seen.</summary>
    public SentRequest? Sent
    {
        get => _sent;
        set => _sent = value;
    }

    public static StaleCall? Find(HttpRequestMessage request) => request.Options.TryGetValue(OptionsKey, out var call) ? call : null;

    public void TravelWith(HttpRequestMessage request) => request.Options.Set(OptionsKey, this);

    /// <summary>The primary handler answered a noted request with this response.</summary>
    public void Answer(SentRequest sent, HttpResponseMessage response)
    {
        var before = _answered;
        while (Interlocked.CompareExchange(ref _answered, new(sent, response, before), before) is var seen && seen != before)
        {
            before = seen;
        }
    }

    /// <summary>
    /// The request that this very response answers; <see langword="null"/> if a handler inside answered by itself or in another way.
    /// </summary>
    public SentRequest? SentFor(HttpResponseMessage response)
    {
        for (var answered = _answered; answered is not null; answered = answered.Before)
        {
            if (ReferenceEquals(answered.Response, response))
            {
                return answered.Sent;
            }
        }

        return null;
    }

    /// <summary>Of a hedged call, another send than the last one answered may be the outcome.</summary>
    private sealed class Answered(SentRequest sent, HttpResponseMessage response, Answered? before)
    {
        public SentRequest Sent => sent;

        public HttpResponseMessage Response => response;

        public Answered? Before => before;
    }
}
