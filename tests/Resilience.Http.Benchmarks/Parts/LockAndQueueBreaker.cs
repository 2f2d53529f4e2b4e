namespace Resilience.Http.Benchmarks.Parts;

/// <summary>
/// The usual way to build a breaker: one lock around the state, and a queue of the time slots that make up the window. It does
/// what a breaker must on the good path and no more, so it flatters the lock.
/// </summary>
internal sealed class LockAndQueueBreaker(TimeSpan window, int minimumThroughput, double failureRatio, TimeProvider clock) : IPart
{
    private const int Slots = 10;

    private readonly Lock _lock = new();
    private readonly Queue<Slot> _slots = new();
    private readonly TimeSpan _slotLength = window / Slots;
    private Slot? _current;
    private long _openUntil = long.MinValue;

    public void Repeat(int times)
    {
        var now = clock.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            if (TryEnter(now))
            {
                Record(success: true, now);
            }
        }
    }

    private bool TryEnter(long now)
    {
        lock (_lock)
        {
            return now >= _openUntil;
        }
    }

    private void Record(bool success, long now)
    {
        lock (_lock)
        {
            var slot = SlotAtNeedsLock(now);
            if (success)
            {
                slot.Successes++;
                return;
            }

            slot.Failures++;
            var failures = _slots.Sum(static each => each.Failures);
            var results = failures + _slots.Sum(static each => each.Successes);
            if (results >= minimumThroughput && failures >= failureRatio * results)
            {
                _openUntil = now + (long)(window.TotalSeconds * clock.TimestampFrequency);
            }
        }
    }

    private Slot SlotAtNeedsLock(long now)
    {
        if (_current is null || clock.GetElapsedTime(_current.Start, now) >= _slotLength)
        {
            _slots.Enqueue(_current = new Slot(now));
        }

        while (clock.GetElapsedTime(_slots.Peek().Start, now) >= window)
        {
            _slots.Dequeue();
        }

        return _current;
    }

    private sealed class Slot(long start)
    {
        public long Start => start;

        public long Successes { get; set; }

        public long Failures { get; set; }
    }
}
