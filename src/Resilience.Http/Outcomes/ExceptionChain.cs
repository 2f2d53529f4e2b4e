namespace Resilience.Http.Outcomes;

/// <summary>
/// An exception and those inside it. An <see cref="AggregateException"/> is a wrapper only if it holds exactly one exception.
/// </summary>
internal static class ExceptionChain
{
    public static Exception? InnerOf(Exception exception) =>
        exception is AggregateException { InnerExceptions.Count: not 1 } ? null : exception.InnerException;

    /// <summary>The exception and those inside it, outermost first.</summary>
    public static IEnumerable<Exception> All(Exception? exception)
    {
        for (; exception is not null; exception = InnerOf(exception))
        {
            yield return exception;
        }
    }

    /// <summary>The outermost exception that is of a type.</summary>
    public static T? Find<T>(Exception? exception) where T : class => All(exception).OfType<T>().FirstOrDefault();
}
