namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>Tells whoever listens what is being done. A listener that throws is no reason to leave a system broken: it is noted, and not asked again.</summary>
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
#pragma warning disable CA1031 // Whatever the listener throws, the experiment and above all its rollbacks go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _listener = null;
            _fault = $"The progress listener threw and was not asked again: {exception.Message}";
        }
    }
}
