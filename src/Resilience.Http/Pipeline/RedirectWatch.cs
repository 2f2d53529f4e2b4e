using Microsoft.Extensions.Http.Logging;

namespace Resilience.Http.Pipeline;

/// <summary>
/// How the redirects of a client are seen. If nothing between the chain and the primary handler changes URIs, a look at the request before
/// and after the attempt is enough, and costs nothing. Otherwise a <see cref="RedirectObserver"/> is put next to the primary handler.
/// </summary>
internal sealed class RedirectWatch
{
    private static readonly RedirectWatch Direct = new();
    private static readonly RedirectWatch Observed = new();
    private static readonly RedirectWatch None = new();

    private RedirectWatch()
    {
    }

    /// <summary>Prepares a client's handlers, before the first request goes through them.</summary>
    /// <param name="last">The last handler of the chain.</param>
    public static RedirectWatch Begin(DelegatingHandler last)
    {
        var (innermost, urisStay) = (last, true);
        while (innermost.InnerHandler is DelegatingHandler inner and not RedirectObserver)
        {
            innermost = inner;
            urisStay &= LeavesUrisAlone(inner);
        }

        return innermost.InnerHandler switch
        {
            RedirectObserver => Observed,
            SocketsHttpHandler { AllowAutoRedirect: false } or HttpClientHandler { AllowAutoRedirect: false } or null => None,
            _ when urisStay => Direct,
            { } primary => Observe(innermost, primary),
        };
    }

    /// <summary>
    /// Puts the observer in. First calls at once need no lock: the observer of the last one stays, and each observes the same handler.
    /// </summary>
    /// <param name="innermost">The handler before the primary handler. It takes no other handler once it has sent.</param>
    /// <param name="primary">The primary handler.</param>
    public static RedirectWatch Observe(DelegatingHandler innermost, HttpMessageHandler primary)
    {
        try
        {
            innermost.InnerHandler = new RedirectObserver(primary);
            return Observed;
        }
        catch (InvalidOperationException)
        {
            // It has sent: after another first call, which has put an observer in meanwhile, or for somebody else.
            return innermost.InnerHandler is RedirectObserver ? Observed : None;
        }
    }

    /// <summary>
    /// The redirect that the primary handler followed in an attempt that has ended; <see langword="null"/> if there was none.
    /// </summary>
    /// <param name="began">The URI that the attempt began with.</param>
    /// <param name="outcome">How it ended.</param>
    public Redirect? Find(Uri? began, in AttemptOutcome outcome)
    {
        if (this == Direct)
        {
            return began is null || outcome.Request.RequestUri is not { } ended || ReferenceEquals(began, ended) ? null : new(began, ended);
        }

        return this == Observed ? RedirectObserver.Take(outcome.Request, outcome.Response, outcome.Exception) : null;
    }

    /// <summary>
    /// The handlers of IHttpClientFactory log, those of this package note, and faults are injected: none touches the URI.
    /// </summary>
    private static bool LeavesUrisAlone(DelegatingHandler handler) =>
        handler is ITransparentHandler
        || handler.GetType().Assembly == typeof(RedirectWatch).Assembly
        || handler.GetType().Assembly == typeof(LoggingHttpMessageHandler).Assembly;
}
