namespace Resilience.Http.Endpoints;

/// <summary>
/// Numbers from 0 to below 1 that are spread evenly, so that shares hold in short runs too: each is the golden ratio further than the one
/// before, modulo 1 (Weyl's sequence). It begins at random, since replicas of one app are not to send in step.
/// </summary>
internal sealed class EvenSequence(double start)
{
    /// <summary>The golden ratio as a fraction of 2^64.</summary>
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;

    private ulong _point = (ulong)(start * (1ul << 53)) << 11;

    public double Next() => (Interlocked.Add(ref _point, Step) >> 11) * (1.0 / (1ul << 53));
}
