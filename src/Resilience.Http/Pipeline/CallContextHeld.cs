using System.Runtime.CompilerServices;

namespace Resilience.Http.Pipeline;

internal sealed partial class CallContext
{
    /// <summary>As many as there are handlers inside the loop.</summary>
    private const int MostKinds = 2;

    private static int _kinds;

    private Places _held;

    /// <summary>
    /// What a handler keeps between the beginning and the end of an attempt: an object of a type that no other handler uses here. The place
    /// is part of the context, since an attempt often ends on another processor, which then has one line of memory less to fetch. It is
    /// pooled with the context: whoever ends the attempt leaves nothing of the call in it, and what is disposable is disposed with the
    /// last.
    /// </summary>
    public ref T? Held<T>() where T : class => ref Unsafe.As<object?, T?>(ref _held[Kind<T>.Number]);

    /// <summary>The context is given up: what could have served again does not.</summary>
    private void DisposeHeld()
    {
        foreach (var held in _held)
        {
            (held as IDisposable)?.Dispose();
        }
    }

    [InlineArray(MostKinds)]
    private struct Places
    {
        private object? _first;
    }

    private static class Kind<T>
    {
        public static readonly int Number = Interlocked.Increment(ref _kinds) - 1;
    }
}
