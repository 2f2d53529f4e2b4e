namespace Resilience.Http;

/// <summary>A write that is carried out only if nothing has changed since the writer read the record.</summary>
/// <param name="Key">The key of the record.</param>
/// <param name="ExpectedVersion">The version that the writer knows; 0 if there is no record.</param>
/// <param name="Value">The new text.</param>
/// <param name="ExpiresAt">The store's time at which the record is gone.</param>
/// <param name="NotAfter">The store's time after which nothing is written, however the command was held up.</param>
public sealed record FleetWrite(string Key, long ExpectedVersion, string Value, long ExpiresAt, long NotAfter);
