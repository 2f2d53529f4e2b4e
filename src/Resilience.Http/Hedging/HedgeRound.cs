using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Hedging;

/// <summary>
/// What the first send of an attempt needs so that it can be hedged. Kept with the pooled context, so a send that answers in time allocates
/// nothing here.
/// </summary>
internal sealed class HedgeRound : IDisposable
{
    private readonly HedgeTimer _timer;
    private KeyValuePair<string, object?>[] _options = [];
    private int _optionCount;

    public HedgeRound(AttemptContext attempt)
    {
        Attempt = attempt;
        Watch = new(this);
        _timer = new(attempt.Call.Clock, Watch.OnDue);
    }

    /// <summary>The attempt that it is kept with.</summary>
    public AttemptContext Attempt { get; }

    public HedgeWatch Watch { get; }

    public TimeProvider Clock => _timer.Clock;

    public HedgeSignal Signal { get; } = new();

    public SendCancellation Cancellation { get; private set; } = new();

    public OperationLatency? Operation { get; private set; }

    /// <summary>How long a send may take before it is hedged; <see langword="null"/> if it is not.</summary>
    public TimeSpan? Delay { get; private set; }

    /// <summary>Whether it was noted that the send took longer than the delay.</summary>
    public bool IsSlowNoted { get; set; }

    /// <summary>What the options of the request were before it was sent.</summary>
    public ReadOnlySpan<KeyValuePair<string, object?>> RequestOptions => _options.AsSpan(0, _optionCount);

    public void Begin(OperationLatency operation, TimeSpan? delay)
    {
        Operation = operation;
        Delay = delay;
        IsSlowNoted = false;
    }

    /// <summary>Notes the request's options: once it is sent, handlers may be changing them when a hedge needs them.</summary>
    public void TakeOptions(HttpRequestMessage request)
    {
        if (!OptionsPresence.MayHaveOptions(request))
        {
            return;
        }

        IDictionary<string, object?> options = request.Options;
        if (options.Count > _options.Length)
        {
            _options = new KeyValuePair<string, object?>[options.Count];
        }

        options.CopyTo(_options, 0);
        _optionCount = options.Count;
    }

    /// <summary>The next hedge is due after another delay.</summary>
    public void StartTimer(long from) => _timer.Set(Clock.After(from, Delay!.Value));

    public void StopTimer() => _timer.Stop();

    /// <summary>
    /// Whether a send is slow by now. One that still waits for a limit is not: its delay counts from the end of that wait. If it is not
    /// slow yet, the timer is set to when it may be.
    /// </summary>
    public bool IsSlow(AttemptContext attempt, long now)
    {
        if (!_timer.IsDue(now))
        {
            return false;
        }

        if (attempt.HasLeft && Clock.GetElapsedTime(attempt.StartedAt, now) >= Delay)
        {
            return true;
        }

        StartTimer(attempt.HasLeft ? attempt.StartedAt : now);
        return false;
    }

    /// <summary>The send has ended, and was not hedged.</summary>
    public void End()
    {
        Operation = null;
        _timer.Stop();
        _options.AsSpan(0, _optionCount).Clear();
        _optionCount = 0;
        if (!Cancellation.End())
        {
            Cancellation = new();
        }
    }

    public void Dispose() => _timer.Dispose();
}
