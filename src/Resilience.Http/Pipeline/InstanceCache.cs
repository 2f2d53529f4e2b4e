namespace Resilience.Http.Pipeline;

/// <summary>
/// One object of each kind that its owner was asked for, made when it is first asked for. There are few, so a list that is
/// looked through takes a tenth of a dictionary's memory; every service has one.
/// </summary>
internal sealed class InstanceCache
{
    /// <summary>Room is made for as many at once as most owners need.</summary>
    private const int Step = 4;

    private object?[] _made = [];

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
    public T? Find<T>() where T : class
    {
        foreach (var one in Volatile.Read(ref _made))
        {
            // Its very type, not a cast: a cast to a type parameter is a call. A thousand clients ask for a dozen each when they start.
            if (one?.GetType() == typeof(T))
            {
                return (T)one;
            }
        }

        return null;
    }

    /// <summary>All that were made so far and are of a kind.</summary>
    public IEnumerable<T> All<T>() where T : class => Volatile.Read(ref _made).OfType<T>();

    /// <summary>A slot is filled once, and the slots are copied only when all are filled: so none is lost.</summary>
    private T Add<T>(T made, Action<T>? begin) where T : class
    {
        while (true)
        {
            var slots = Volatile.Read(ref _made);
            foreach (ref var slot in slots.AsSpan())
            {
                var earlier = Volatile.Read(ref slot) ?? Interlocked.CompareExchange(ref slot, made, null);
                if (earlier is null)
                {
                    begin?.Invoke(made);
                    return made;
                }

                if (earlier is T known)
                {
                    return known;
                }
            }

            var more = new object?[slots.Length + Step];
            slots.CopyTo(more, 0);
            Interlocked.CompareExchange(ref _made, more, slots);
        }
    }
}
