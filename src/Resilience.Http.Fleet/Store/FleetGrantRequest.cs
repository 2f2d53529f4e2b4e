namespace Resilience.Http;

/// <summary>
/// Asks for permits of a quota that all replicas share. Time is divided into windows of the store's clock; window n begins at <c>n *
/// WindowLength</c>. In any <c>Windows + 1</c> consecutive windows, at most <c>Permits</c> are granted. So in any period of <c>Windows</c>
/// windows, wherever it begins, no more than that are used.
/// </summary>
/// <param name="Key">The key of the quota.</param>
/// <param name="Permits">
/// The quota. If replicas have different values, because not all have the new configuration yet, the lowest value of the last <c>2 *
/// Windows</c> windows applies.
/// </param>
/// <param name="Burst">
/// How many permits may be granted in one window after a pause, minus those that were granted in the last <c>Windows</c> windows. In each
/// window, at least <c>Permits / Windows</c> may be granted, rounded up. If a request got less than it wanted within the last
/// <c>Windows</c> windows, no more than that is granted, so that each replica gets some.
/// </param>
/// <param name="WindowLength">The length of a window, in milliseconds.</param>
/// <param name="Windows">The length of the quota's period, in windows.</param>
/// <param name="Wanted">
/// How many permits are wanted for the store's current window and for each of the windows after it, for at most <c>Windows</c> windows. If
/// one window cannot give all, the rest is taken from the next one.
/// </param>
/// <param name="HadAnswer">
/// Whether the replica had an answer for this key within the last <c>Windows</c> windows. If so, and if the store does not know the key,
/// the store has lost its data. It then counts the quota as used up in the current window.
/// </param>
/// <param name="NotAfter">The store's time after which nothing is granted, even if the command was delayed.</param>
public sealed record FleetGrantRequest(
    string Key,
    int Permits,
    int Burst,
    int WindowLength,
    int Windows,
    IReadOnlyList<int> Wanted,
    bool HadAnswer,
    long NotAfter);
