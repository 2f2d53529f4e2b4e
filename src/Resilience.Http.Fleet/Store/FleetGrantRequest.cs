namespace Resilience.Http;

/// <summary>
/// Asks for permits of a quota that all replicas share. Time is divided into windows of the store's clock; window n begins at
/// <c>n * WindowLength</c>. In any <c>Windows + 1</c> windows in a row at most <c>Permits</c> are granted, so in any time as long as
/// <c>Windows</c> windows no more are used, wherever it begins.
/// </summary>
/// <param name="Key">The key of the quota.</param>
/// <param name="Permits">
/// The quota. If replicas differ, because not all have a new configuration yet, the lowest one of the last <c>2 * Windows</c> windows is
/// in force.
/// </param>
/// <param name="Burst">
/// How many permits may be granted in one window after a pause: those granted in the last <c>Windows</c> windows are taken off. A twentieth
/// of the permits, or more exactly <c>Permits / Windows</c> rounded up, may be granted in each window. If a request was not met in full
/// within the last <c>Windows</c> windows, no more than that is granted, so that what there is reaches all replicas in turn.
/// </param>
/// <param name="WindowLength">The length of a window, in milliseconds.</param>
/// <param name="Windows">The length of the quota's period, in windows.</param>
/// <param name="Wanted">
/// How many permits for the store's current window, and for each of those after it, at most as many as <c>Windows</c>. What one window
/// cannot give is asked of the next one.
/// </param>
/// <param name="HadAnswer">
/// Whether the replica had an answer for this key within the last <c>Windows</c> windows. If the store knows nothing of the key then, it
/// has lost its data: it counts the quota as used up in the current window.
/// </param>
/// <param name="NotAfter">The store's time after which nothing is granted, however the command was held up.</param>
public sealed record FleetGrantRequest(
    string Key,
    int Permits,
    int Burst,
    int WindowLength,
    int Windows,
    IReadOnlyList<int> Wanted,
    bool HadAnswer,
    long NotAfter);
