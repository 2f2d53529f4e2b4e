namespace Resilience.Http.Testing.Time;

/// <summary>A thread of a blocking call while it waits. It can be asked to look whether it still has to.</summary>
internal sealed class BlockedThread : IDisposable
{
    private readonly AutoResetEvent _question = new(initialState: false);
    private long _asked = -1;

    /// <summary>The activity of the scope after which the thread last looked.</summary>
    public long Confirmed { get; set; } = -1;

    /// <summary>The activity after which it is to look.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    public nint QuestionHandle => _question.SafeWaitHandle.DangerousGetHandle();

    public void Ask(long activity)
    {
        if (Asked != activity)
        {
            Interlocked.Exchange(ref _asked, activity);
            _question.Set();
        }
    }

    public void Dispose() => _question.Dispose();
}
