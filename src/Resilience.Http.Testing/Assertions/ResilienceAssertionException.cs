namespace Resilience.Http.Testing;

/// <summary>An assertion of this package failed. Every test framework shows it as a failed test; the message holds the timeline.</summary>
public sealed class ResilienceAssertionException : Exception
{
    internal ResilienceAssertionException(string message)
        : base(message)
    {
    }
}
