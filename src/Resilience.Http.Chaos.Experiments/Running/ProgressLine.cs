using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>
/// Reports progress to the listener. One that throws must not keep the rollbacks from running: it is noted and not called again.
/// </summary>
internal sealed class ProgressLine(TimeProvider clock, IProgress<ChaosProgress>? listener, Secrets secrets)
{
    private readonly long _begun = clock.GetTimestamp();
    private volatile IProgress<ChaosProgress>? _listener = listener;
    private volatile string? _fault;

    public IEnumerable<string> Faults => _fault is { } fault ? [fault] : [];

    public void Log(ChaosPhase phase, string text)
    {
        try
        {
            _listener?.Report(new ChaosProgress(clock.GetElapsedTime(_begun), phase, secrets.Redact(text)));
        }
        catch (Exception exception)
        {
            // The experiment and its rollbacks continue, whatever the listener throws.
            _listener = null;
            _fault = $"The progress listener threw and was not called again: {exception.Message}";
        }
    }
}
