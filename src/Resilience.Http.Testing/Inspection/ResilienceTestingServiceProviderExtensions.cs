using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.ClientSettings;
using Resilience.Http.Fallback;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing.Server;

namespace Resilience.Http.Testing;

/// <summary>Describes the clients of an app.</summary>
public static class ResilienceTestingServiceProviderExtensions
{
    /// <summary>
    /// Describes the handlers and the settings of a client, as a text for an approval test. The text changes if a handler, the order, a
    /// setting or a default changes. For a delegate it shows only whether it is set, and the number of fallbacks. The handlers that
    /// <see cref="IHttpClientFactory"/> adds by itself, and those of this package, are left out.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="clientName">The name of the client.</param>
    /// <returns>Several lines, separated by <c>\n</c> on every system, without one at the end.</returns>
    public static string DescribeHttpClient(this IServiceProvider services, string clientName)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(clientName);
        var handlers = NestedHandlers.From(services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(clientName)).ToArray();
        var text = new StringBuilder(clientName).Append("\n  handlers, outermost first");
        foreach (var handler in handlers.Where(IsTold))
        {
            text.Append("\n    ").Append(handler is ScriptedServer ? "the primary handler" : handler.GetType().Name);
        }

        if (handlers.OfType<ResilienceHandler>().FirstOrDefault()?.Service is not { } service)
        {
            return text.Append("\n  no resilience chain").ToString();
        }

        text.Append("\n  settings");
        foreach (var row in ResilientHttpClientOptionsKeys.Keys.Rows(service.Options))
        {
            text.Append("\n    ").Append(row.Key).Append(" = ").Append(InOneLine(row.Value));
        }

        return text.Append("\n    delegates of AddFallback = ").Append(service.Options.Fallback.Delegates.Length).ToString();
    }

    private static string? InOneLine(string? value) => value?
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private static bool IsTold(HttpMessageHandler handler) =>
        handler is not (CallRecorder or MisspelledClientHandler or SentRequestHandler)
            && handler.GetType().Assembly != typeof(IHttpClientFactory).Assembly;
}
