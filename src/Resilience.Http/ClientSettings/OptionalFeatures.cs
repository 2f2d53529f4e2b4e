namespace Resilience.Http.ClientSettings;

/// <summary>Features whose handlers have no part in a call unless the options ask for it.</summary>
[Flags]
internal enum OptionalFeatures : byte
{
    None = 0,
    Fallback = 1,
    Hedging = 2,
    Endpoints = 4,
    RateLimit = 8,
    ConcurrencyLimit = 16,

    /// <summary>No feature: set once the others have been looked at.</summary>
    Known = 32,
}
