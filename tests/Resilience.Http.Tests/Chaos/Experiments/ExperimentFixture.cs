using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>A runner on a virtual clock, with a list of everything that was done, in order.</summary>
internal sealed class ExperimentFixture : IProgress<ChaosProgress>, IDisposable
{
    private readonly ChaosExperimentRunner _runner;
    private ITimer? _timer;

    public ExperimentFixture(HttpMessageHandler? http = null) =>
        _runner = new ChaosExperimentRunner(Clock, http ?? new HttpClientHandler());

    public VirtualTimeProvider Clock { get; } = new();

    public List<string> Done { get; } = [];

    public List<string> Lines { get; } = [];

    public ChaosProbe Probe(string name, bool met = true) => Probe(name, () => met);

    public ChaosProbe Probe(string name, Func<bool> measure) =>
        new(name, _ =>
        {
            Note(name);
            return new(measure());
        })
        {
            Tolerance = ChaosTolerance.Equal(true),
        };

    public ChaosAction Action(string name, Action? run = null) => new(name, _ =>
    {
        Note(name);
        run?.Invoke();
        return ValueTask.CompletedTask;
    });

    public ChaosAction Undoable(string name, Action? run = null) => new(
        name,
        _ =>
        {
            Note(name);
            run?.Invoke();
            return ValueTask.CompletedTask;
        },
        _ =>
        {
            Note($"undo {name}");
            return ValueTask.CompletedTask;
        });

    public ChaosAction EndlessLoad() =>
        new("load", async token => await Task.Delay(TimeSpan.FromHours(1), Clock, token)) { Background = true };

    public Task<ChaosExperimentResult> RunAsync(ChaosExperiment experiment, CancellationToken cancellationToken = default) =>
        Clock.RunAsync(() => _runner.RunAsync(experiment, this, cancellationToken));

    /// <summary>With "mend" for its only rollback.</summary>
    public Task<ChaosExperimentResult> RunAsync(
        ChaosProbe[] steadyState, ChaosAction[] method, CancellationToken cancellationToken = default) =>
        RunAsync(
            new ChaosExperiment { Title = "title", SteadyState = steadyState, Method = method, Rollbacks = [Action("mend")] },
            cancellationToken);

    public Task<ChaosExperimentResult> RunAsync(ChaosAction[] method, CancellationToken cancellationToken = default) =>
        RunAsync([], method, cancellationToken);

    public void Report(ChaosProgress value)
    {
        lock (Lines)
        {
            Lines.Add(value.ToString());
        }
    }

    public void Note(string what)
    {
        lock (Done)
        {
            Done.Add(what);
        }
    }

    /// <summary>Cancels a second later, on the clock.</summary>
    public void CancelLater(CancellationTokenSource source) =>
        _timer = Clock.CreateTimer(_ => source.Cancel(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _timer?.Dispose();
        _runner.Dispose();
    }
}
