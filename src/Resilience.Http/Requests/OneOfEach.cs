namespace Resilience.Http.Requests;

/// <summary>
/// One object of each kind that its owner was asked for, made by whoever asks first. There are few, so a list that is looked through takes a
/// tenth of a dictionary's memory; every service has one.
/// </summary>
internal sealed class OneOfEach
{
    private readonly Lock _making = new();
    private volatile object[] _made = [];

    /// <summary>The object of a kind. What makes it may ask for others, but not in a circle.</summary>
    public T Get<TOwner, T>(TOwner owner, Func<TOwner, T> create) where T : class => Find<T>() ?? Make(owner, create);

    private T? Find<T>() where T : class => Array.Find(_made, static one => one is T) as T;

    private T Make<TOwner, T>(TOwner owner, Func<TOwner, T> create) where T : class
    {
        lock (_making)
        {
            if (Find<T>() is { } found)
            {
                return found;
            }

            var made = create(owner);
            _made = [.. _made, made];
            return made;
        }
    }
}
