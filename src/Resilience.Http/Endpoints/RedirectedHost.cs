using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Endpoints;

/// <summary>
/// When HttpClient follows a redirect, it clears <c>Authorization</c> and keeps all other headers. So the <c>Host</c> header of an endpoint
/// reaches other hosts too, and nothing here can prevent that. At least it is logged, at most once an hour for each service.
/// </summary>
internal sealed class RedirectedHost
{
    private static readonly TimeSpan WarningInterval = TimeSpan.FromHours(1);

    private readonly string _service;
    private readonly ILogger _log;
    private readonly WarningThrottle _warnings;

    private RedirectedHost(ServiceState service)
    {
        _service = service.Name;
        _log = service.Host.CreateLogger(EndpointLog.Category);
        _warnings = new(service.Host.Clock, WarningInterval);
    }

    public static RedirectedHost GetOrCreate(ServiceState service) => service.GetOrCreate(static service => new RedirectedHost(service));

    /// <summary>Looks at an attempt that has ended and was judged.</summary>
    public void Check(EndpointSend send, AttemptContext attempt)
    {
        if (send.SetsHost && attempt.Redirect is { To: { IsAbsoluteUri: true } to } && IsForeign(to, send.Endpoint!) && _warnings.TryTake())
        {
            _log.HostHeaderRedirected(
                ServiceText.Format(_service), send.Endpoint!.Authority, Authority.From(to), send.Endpoint.HostHeader!);
        }
    }

    /// <summary>A redirect back to the endpoint, or to the name that the header says, is right.</summary>
    private static bool IsForeign(Uri to, Endpoint endpoint) =>
        Authority.From(to) != endpoint.Authority
        && !string.Equals(UriRouter.HostOf(to), endpoint.HostHeader, StringComparison.OrdinalIgnoreCase);
}
