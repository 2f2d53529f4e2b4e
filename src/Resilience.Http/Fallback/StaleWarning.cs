using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Fallback;

/// <summary>Says once for each service that its answers cannot be kept, and what to do.</summary>
internal sealed class StaleWarning(ServiceState service)
{
    private readonly ILogger _log = service.Host.CreateLogger(FallbackLog.Category);
    private bool _isGiven;

    public static StaleWarning GetOrCreate(ServiceState service) => service.GetOrCreate(static service => new StaleWarning(service));

    /// <summary>Looks at the handlers of a client, outermost first, for what hides users from sight in every call.</summary>
    public void Check(HttpMessageHandler outermost)
    {
        if (service.Options is not { Enabled: true, Fallback: { ShareStaleAnswers: false } fallback }
            || fallback.StaleIfError <= TimeSpan.Zero)
        {
            return;
        }

        for (var handler = outermost as DelegatingHandler; handler is not null; handler = handler.InnerHandler as DelegatingHandler)
        {
            if (handler is SentRequestHandler last && last.Hidden() is { } hidden)
            {
                Give(hidden);
            }
        }
    }

    public void Give(string reason)
    {
        if (!Interlocked.Exchange(ref _isGiven, true))
        {
            _log.NothingKept(ServiceText.Format(service.Name), reason);
        }
    }
}
