namespace Resilience.Http.Testing;

/// <summary>
/// The exception that is thrown if an assertion of this package fails. Every test framework reports it as a failed test. The message
/// contains the timeline.
/// </summary>
public sealed class ResilienceAssertionException : Exception
{
    internal ResilienceAssertionException(string message)
        : base(message)
    {
    }
}
