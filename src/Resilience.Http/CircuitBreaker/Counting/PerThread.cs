namespace Resilience.Http.CircuitBreaker.Counting;

/// <summary>
/// An object for each thread, made at its first use. A thread's own object is written by that thread alone, so writing takes no atomic step
/// and no two processors fight over a cache line; anybody may read it at any time. Who comes after a dead thread takes over its object.
/// </summary>
internal sealed class PerThread<T>(Func<T> create) where T : class
{
    /// <summary>Bounds memory. A power of two, as all lengths, for the mask.</summary>
    public const int Most = 1_024;

    /// <summary>One for all: a circuit that never gets busy should not weigh for it, and a thread meets it once per circuit.</summary>
    private static readonly Lock Assigning = new();

    private static readonly Place?[] None = new Place?[1];

    private volatile Place?[] _places = None;

    /// <summary>
    /// The object of the thread that runs this; <see langword="null"/> where all places it might have are taken by living threads.
    /// </summary>
    public T? Mine
    {
        get
        {
            // The id only tells where to look: the runtime gives that of a dead thread to a new one.
            var (thread, places) = (Thread.CurrentThread, _places);
            var place = places[PlaceOf(thread, places)];
            if (place?.Owner == thread)
            {
                return place.Object;
            }

            return places.Length == Most && IsTaken(place) ? null : Assign(thread);
        }
    }

    /// <summary>All places there are now, the empty ones included.</summary>
    public ReadOnlySpan<Place?> Places => _places;

    private static bool IsTaken(Place? place) => place is { Owner.IsAlive: true };

    private static int PlaceOf(Thread thread, Place?[] places) => thread.ManagedThreadId & (places.Length - 1);

    private T? Assign(Thread thread)
    {
        lock (Assigning)
        {
            if (_places == None)
            {
                _places = new Place?[4];
            }

            while (true)
            {
                ref var place = ref _places[PlaceOf(thread, _places)];
                if (place is null)
                {
                    Volatile.Write(ref place, new(create(), thread));
                    return place.Object;
                }

                if (!IsTaken(place))
                {
                    place.Owner = thread; // Who sees that a thread is dead sees all that it has written.
                    return place.Object;
                }

                if (_places.Length == Most)
                {
                    return null;
                }

                Grow_NeedsLock();
            }
        }
    }

    /// <summary>In twice the length ids that shared a place may part ways, and none meet that did not before.</summary>
    private void Grow_NeedsLock()
    {
        var places = new Place?[2 * _places.Length];
        foreach (var place in _places)
        {
            if (place is not null)
            {
                places[PlaceOf(place.Owner, places)] = place;
            }
        }

        _places = places;
    }

    public sealed class Place(T mine, Thread owner)
    {
        private volatile Thread _owner = owner;

        public T Object { get; } = mine;

        public Thread Owner
        {
            get => _owner;
            set => _owner = value;
        }
    }
}
