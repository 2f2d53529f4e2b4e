namespace Resilience.Http;

/// <summary>A write that is executed only if the record has not changed since the writer read it.</summary>
/// <param name="Key">The key of the record.</param>
/// <param name="ExpectedVersion">The version that the writer has read; 0 if there was no record.</param>
/// <param name="Value">The new text.</param>
/// <param name="ExpiresAt">The store's time at which the record expires.</param>
/// <param name="NotAfter">The store's time after which nothing is written, even if the command was delayed.</param>
public sealed record FleetWrite(string Key, long ExpectedVersion, string Value, long ExpiresAt, long NotAfter);
