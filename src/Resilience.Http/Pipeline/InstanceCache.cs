namespace Resilience.Http.Pipeline;

/// <summary>
/// One object of each kind that its owner was asked for, made when it is first asked for. There are few, so a list that is
/// looked through takes a tenth of a dictionary's memory; every service has one.
/// </summary>
internal sealed class InstanceCache
{
    private object[] _made = [];

    /// <summary>
    /// The object of a kind. It is made under no lock, since the user's loggers and instruments take part: if two threads make one,
    /// the later is dropped unused. So making it must not register it anywhere: that is for <paramref name="begin"/>, which the one that
    /// stays gets, once.
    /// </summary>
    /// <param name="owner">What it is made for.</param>
    /// <param name="create">Makes it; may ask for others, but not in a circle.</param>
    /// <param name="begin">What is to be done once with the one that stays.</param>
    public T Get<TOwner, T>(TOwner owner, Func<TOwner, T> create, Action<T>? begin = null) where T : class =>
        Find<T>() ?? Add(create(owner), begin);

    /// <summary>The object of a kind, or <see langword="null"/> if it was not asked for so far.</summary>
    public T? Find<T>() where T : class => Find<T>(Volatile.Read(ref _made));

    private static T? Find<T>(object[] made) where T : class => Array.Find(made, static one => one is T) as T;

    private T Add<T>(T made, Action<T>? begin) where T : class
    {
        while (true)
        {
            var before = Volatile.Read(ref _made);
            if (Find<T>(before) is { } earlier)
            {
                return earlier;
            }

            if (Interlocked.CompareExchange(ref _made, [.. before, made], before) == before)
            {
                begin?.Invoke(made);
                return made;
            }
        }
    }
}
