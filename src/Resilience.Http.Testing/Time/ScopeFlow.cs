namespace Resilience.Http.Testing.Time;

/// <summary>
/// Tells a <see cref="CallScope"/> which threads work for it. The mark travels in the <see cref="ExecutionContext"/>, along every await
/// and every queued work item, and an <see cref="AsyncLocal{T}"/> says when it comes to a thread and when it goes.
/// </summary>
internal sealed class ScopeFlow
{
    /// <summary>
    /// The mark of code that drives calls but belongs to none: if such code takes over a thread that worked for a call (a test that awaited
    /// something the call completed), the thread leaves the call.
    /// </summary>
    private static readonly ScopeFlow Outside = new(scope: null);

    private static readonly AsyncLocal<ScopeFlow?> Ambient = new(OnChanged);

    private readonly CallScope? _scope;

    /// <summary>The scope that counts this thread as running.</summary>
    [ThreadStatic]
    private static CallScope? _countedIn;

    /// <summary>The mark of the pool's work item that this thread runs, if a call queued it.</summary>
    [ThreadStatic]
    private static ScopeFlow? _workItem;

    /// <summary>The scope whose driver or blocking call this thread is for good; it counts the thread's work itself.</summary>
    [ThreadStatic]
    private static CallScope? _adoptedBy;

    private ScopeFlow(CallScope? scope) => _scope = scope;

    /// <summary>
    /// The scope of what this thread does now; <see langword="null"/> if it belongs to no call. What a driver's thread does belongs to its
    /// scope in whatever context: also work of others that waited for the clock may release the call.
    /// </summary>
    public static CallScope? Current => _adoptedBy ?? Ambient.Value?._scope;

    /// <summary>
    /// Marks the calling flow as one outside of any call, unless it belongs to one. Every flow that waits on the clock is marked one way or
    /// the other.
    /// </summary>
    public static void MarkOutside() => Ambient.Value ??= Outside;

    /// <summary>Puts this thread, which nothing else uses, into the scope for good. The code that runs it counts its work.</summary>
    public static void AdoptThread(CallScope scope)
    {
        CountIn(null);
        _adoptedBy = scope;
        Ambient.Value = new ScopeFlow(scope);
    }

    /// <summary>
    /// Keeps what a timer's callback sets in motion within the scope whose driver fires it. The callback runs in the context the timer was
    /// made in, which belongs to no call if it was made before the call began.
    /// </summary>
    public static void StayInScope()
    {
        if (_adoptedBy is { } scope && Ambient.Value?._scope is null)
        {
            Ambient.Value = new ScopeFlow(scope);
        }
    }

    /// <summary>
    /// A thread of the pool is about to run a work item that belongs to <paramref name="scope"/>, which counts it already, or to no call.
    /// Whatever the thread ran before has ended.
    /// </summary>
    /// <remarks>
    /// The item gets a mark of its own. One that flows no context runs under it; the end of the item takes it away, and so is heard of.
    /// </remarks>
    public static void BeginWorkItem(CallScope? scope)
    {
        _workItem = null;
        var before = _countedIn;
        _countedIn = scope;
        before?.End();
        if (scope is not null)
        {
            _workItem = new ScopeFlow(scope);
            Ambient.Value = _workItem;
        }
    }

    private static void OnChanged(AsyncLocalValueChangedArgs<ScopeFlow?> change)
    {
        if (_adoptedBy is not null)
        {
            return;
        }

        if (change.CurrentValue is null && _workItem is { } item)
        {
            if (change.PreviousValue != item && Task.CurrentId is not null)
            {
                // The context that a task brought along is taken off before the task completes and queues what awaits it. Back under the
                // work item's own mark, then. (What runs outside of a task keeps its context to the end of the work item.)
                Ambient.Value = item;
                return;
            }

            _workItem = null;
        }

        CountIn(change.CurrentValue?._scope);
    }

    private static void CountIn(CallScope? scope)
    {
        var before = _countedIn;
        if (before != scope)
        {
            _countedIn = scope;
            scope?.Begin();
            before?.End();
        }
    }
}
