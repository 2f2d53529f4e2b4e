namespace Resilience.Http.Telemetry;

/// <summary>What a service is called in a sentence: the client that the factory makes without a name has none there either.</summary>
internal static class ServiceText
{
    private const string AnyAuthority = "*";

    public static string Format(string name) => name.Length == 0 ? "the default client" : name;

    /// <summary>A service with the authority that is meant, if it is not all of them.</summary>
    public static string Format(string name, string authority) =>
        authority == AnyAuthority ? Format(name) : $"{Format(name)} ({authority})";
}
