using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Tracing;

/// <summary>
/// The names of the spans of one service, such as <c>GET payments</c>: each is made once, and there are no more than registered methods.
/// </summary>
internal sealed class SpanNames(ServiceState service)
{
    private volatile (string Verb, string Name)[] _known = [];

    public static SpanNames GetOrCreate(ServiceState service) => service.GetOrCreate(static service => new SpanNames(service));

    public string Find(HttpMethod method)
    {
        var verb = HttpMethods.Known(method);
        foreach (var (known, name) in _known)
        {
            if (known == verb)
            {
                return name;
            }
        }

        return Add(verb);
    }

    /// <summary>
    /// A method that is not registered would be a name of its own for every caller; OpenTelemetry puts HTTP in its place. If two threads
    /// add a name at once, one of them is forgotten and made again.
    /// </summary>
    private string Add(string verb)
    {
        var name = $"{(verb == HttpMethods.Other ? "HTTP" : verb)} {ServiceText.Format(service.Name)}";
        _known = [.. _known, (verb, name)];
        return name;
    }
}
