using Resilience.Http.Pipeline;

namespace Resilience.Http.Chain;

/// <summary>A handler of another library that repeats calls too. Known by the names of types: the libraries are not referenced.</summary>
/// <param name="Name">What the handler is called in a sentence.</param>
/// <param name="Attempts">The attempts that it makes at its defaults; <see langword="null"/> if it has none.</param>
/// <param name="WayOut">How to take it out.</param>
internal sealed record SecondLayer(string Name, int? Attempts, string WayOut)
{
    private const int LongestChain = 100;

    private static readonly Dictionary<string, SecondLayer> Known = new(StringComparer.Ordinal)
    {
        ["Microsoft.Extensions.Http.Resilience.ResilienceHandler"] =
            new("a handler of Microsoft.Extensions.Http.Resilience", 4,
                "remove AddStandardResilienceHandler(), AddResilienceHandler() or AddStandardHedgingHandler() from it, or call " +
                "RemoveAllResilienceHandlers()"),
        ["Microsoft.Extensions.Http.PolicyHttpMessageHandler"] =
            new(
                "a policy of Polly (Microsoft.Extensions.Http.Polly)",
                null,
                "remove AddPolicyHandler() or AddTransientHttpErrorPolicy() from it"),
        ["Microsoft.Kiota.Http.HttpClientLibrary.Middleware.RetryHandler"] =
            new("the RetryHandler of Kiota", 4, "leave RetryHandler out when you add Kiota's handlers"),
    };

    /// <summary>The assemblies that the handlers come from.</summary>
    public static IReadOnlyCollection<string> Assemblies { get; } =
        ["Microsoft.Extensions.Http.Resilience", "Microsoft.Extensions.Http.Polly", "Microsoft.Kiota.Http.HttpClientLibrary"];

    /// <summary>The first one among these handlers and those inside them.</summary>
    public static SecondLayer? In(IList<DelegatingHandler> handlers)
    {
        for (var i = 0; i < handlers.Count; i++)
        {
            if (In(handlers[i]) is { } layer)
            {
                return layer;
            }
        }

        return null;
    }

    /// <summary>A handler, or else the first one inside it.</summary>
    public static SecondLayer? In(HttpMessageHandler? handler)
    {
        for (var depth = 0; handler is not null && depth < LongestChain; depth++)
        {
            if (handler is not ResilienceHandler && Find(handler) is { } layer)
            {
                return layer;
            }

            handler = (handler as DelegatingHandler)?.InnerHandler;
        }

        return null;
    }

    /// <summary>A class of the user may derive from one of them.</summary>
    private static SecondLayer? Find(HttpMessageHandler handler)
    {
        for (var type = handler.GetType(); type is not null; type = type.BaseType)
        {
            if (type.FullName is { } name && Known.TryGetValue(name, out var layer))
            {
                return layer;
            }
        }

        return null;
    }
}
