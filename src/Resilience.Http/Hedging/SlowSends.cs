namespace Resilience.Http.Hedging;

/// <summary>
/// Notices a service that is slow for everyone: among the last 50 sends whose fate is known, more than three times the expected share took
/// longer than the delay. A send that is still in flight counts as soon as it has.
/// </summary>
internal sealed class SlowSends
{
    private const int Window = 50;
    private const int Factor = 3;
    private const long Never = long.MinValue / 2;

    private readonly Lock _gate = new();
    private readonly long[] _places = new long[Window];
    private int _next;

    public SlowSends() => Array.Fill(_places, Never);

    /// <summary>Another send has taken longer than the delay.</summary>
    /// <param name="answered">How many sends were answered so far: where this one stands among them.</param>
    /// <param name="expectedShare">The share of sends that may take longer.</param>
    /// <returns>Whether the service is slow for everyone.</returns>
    public bool Add(long answered, double expectedShare)
    {
        lock (_gate)
        {
            _places[_next] = answered;
            _next = (_next + 1) % Window;
            var slow = 0;
            foreach (var place in _places)
            {
                slow += answered - place < Window ? 1 : 0;
            }

            return slow > Factor * expectedShare * Window;
        }
    }
}
