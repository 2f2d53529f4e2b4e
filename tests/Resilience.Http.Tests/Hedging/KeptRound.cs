using Resilience.Http.Hedging;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Hedging;

/// <summary>
/// A round that serves one send after the other, as a pooled context keeps it on the system's clock. The test gives it the sends. There is
/// no budget for hedges: a slow send is noted and goes on alone.
/// </summary>
internal sealed class KeptRound : IDisposable
{
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    private static readonly RedirectWatch HasLeft = RedirectWatch.Begin(new Innermost());

    private readonly HttpRequestMessage _request = new(HttpMethod.Get, "https://payments.internal/");
    private readonly ChainClient _client;
    private readonly HedgingHandler _handler;
    private readonly ServiceHedging _hedging;
    private readonly CallContext _context;

    public KeptRound(TimeProvider clock)
    {
        _client = new ChainClient(
            new ScriptedServer(static script => script.Hang().Always()), static options => options.Hedging.Enabled = true, clock);
        _handler = FindHandler(_client.Handler);
        _hedging = ServiceHedging.GetOrCreate(_client.Service);
        while (_hedging.Budget.TryTake())
        {
        }

        _context = CallContext.Rent(_client.Service, _client.Service.Options, _request, CancellationToken.None);
        Round = new(_context.Attempt);
    }

    public HedgeRound Round { get; private set; }

    public HedgeWatch Watch => Round.Watch;

    /// <summary>Begins to watch a send, with a new round if the last one cannot be used again.</summary>
    /// <param name="send">The send.</param>
    /// <param name="started">What happens after its start and before it is watched.</param>
    public Task<HttpResponseMessage> Begin(Task<HttpResponseMessage> send, Action? started = null)
    {
        if (!Watch.IsIdle)
        {
            Round.Dispose();
            Round = new(_context.Attempt);
        }

        _context.BeginAttempt(_request);
        _context.Attempt.Redirects = HasLeft;
        Round.Begin(_hedging.Operations.Get(null), Delay);
        started?.Invoke();
        return Watch.Begin(_handler, send, _request, Round.Cancellation.Begin(CancellationToken.None));
    }

    /// <summary>The send has ended.</summary>
    public void End() => Round.End();

    public void Dispose()
    {
        Round.Dispose();
        _client.Dispose();
        _request.Dispose();
    }

    private static HedgingHandler FindHandler(HttpMessageHandler? handler)
    {
        while (handler is not HedgingHandler)
        {
            handler = ((DelegatingHandler)handler!).InnerHandler;
        }

        return (HedgingHandler)handler;
    }

    private sealed class Innermost : DelegatingHandler;
}
