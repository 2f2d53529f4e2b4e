namespace Resilience.Http.Content;

/// <summary>The time limit of an attempt, as far as the writing of its body moves it.</summary>
internal interface IBodyLimit
{
    /// <summary>Whether it has cut the attempt, or the attempt has ended.</summary>
    bool IsOver { get; }

    /// <summary>The connection has taken some of the body: the limit counts from now on.</summary>
    /// <returns>False if it is over.</returns>
    bool TryRestart(long now);
}
