namespace Resilience.Http;

/// <summary>A current setting of a service.</summary>
/// <param name="Key">The key below the client's section: <c>Retry:MaxRetries</c>.</param>
/// <param name="Value">The value, as configuration would write it.</param>
/// <param name="Origin"><c>default</c>, <c>code</c>, or the path of the configuration key that it comes from.</param>
public sealed record ServiceSetting(string Key, string Value, string Origin);
