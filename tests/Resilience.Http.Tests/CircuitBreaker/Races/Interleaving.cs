namespace Resilience.Http.Tests.CircuitBreaker.Races;

/// <summary>
/// Where a test may come between two steps of the code under test: where that reads the clock, draws chance or tells a transition. Nearly
/// all of these are places inside a critical region.
/// </summary>
internal sealed class Interleaving
{
    private Action? _meanwhile;
    private int _passesBefore;

    /// <summary>
    /// Lets something happen at a pass that is yet to come, once: at the next one where <paramref name="passesBefore"/> is 0.
    /// </summary>
    public void Hold(int passesBefore, Action meanwhile) => (_passesBefore, _meanwhile) = (passesBefore, meanwhile);

    public void Pass()
    {
        if (_meanwhile is { } meanwhile && _passesBefore-- == 0)
        {
            _meanwhile = null;
            meanwhile();
        }
    }
}
