namespace Resilience.Http.Requests;

internal sealed partial class CallContext
{
    private static int _kinds;

    private object?[] _held = new object?[2];

    /// <summary>
    /// What a handler keeps between the beginning and the end of an attempt. The place stays with the pooled context, so it costs nothing
    /// per call; whoever ends the attempt leaves it empty.
    /// </summary>
    public ref T Held<T>() where T : struct
    {
        var kind = Kind<T>.Number;
        if (kind >= _held.Length)
        {
            Array.Resize(ref _held, kind + 1);
        }

        return ref ((Place<T>)(_held[kind] ??= new Place<T>())).Value;
    }

    private sealed class Place<T>
    {
        public T Value = default!;
    }

    private static class Kind<T>
    {
        public static readonly int Number = Interlocked.Increment(ref _kinds) - 1;
    }
}
