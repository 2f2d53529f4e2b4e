namespace Resilience.Http.Telemetry;

/// <summary>What a service is called in a sentence: the client that the factory makes without a name has none there either.</summary>
internal static class ServiceText
{
    public static string Format(string name) => name.Length == 0 ? "the default client" : name;
}
