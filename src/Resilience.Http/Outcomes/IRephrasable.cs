namespace Resilience.Http.Outcomes;

/// <summary>
/// An exception that can be thrown again, as what it is, with a text that says more. Features know each other's exceptions by this only.
/// </summary>
internal interface IRephrasable
{
    /// <summary>The same exception with another message; this one becomes its cause.</summary>
    Exception Rephrase(string message);
}
