namespace Resilience.Http.Tests.CircuitBreaker.Races;

/// <summary>
/// Two operations that meet. What comes of it must be what comes of one after the other, in one order or in the other: those outcomes are
/// found out first, by playing both orders on one thread.
/// </summary>
internal static class RaceScenario
{
    private const int BatchSize = 100;

    /// <summary>
    /// Lets them meet in every way that can be arranged, each held at each seam until the other has ended or waits for a lock, and then as
    /// chance will have it, a thousand times or, where the place at which they can meet is small, more.
    /// </summary>
    public static void Between<TState, TOutcome>(
        Func<TState> begin, Action<TState> one, Action<TState> other, Func<TState, TOutcome> outcome, int rounds = 1000)
        where TState : class, IRaceState
    {
        TOutcome[] possible = [InOrder(begin, one, other, outcome), InOrder(begin, other, one, outcome)];

        Assert.All(Held(begin, one, other, outcome), result => Assert.Contains(result, possible));
        Assert.All(Held(begin, other, one, outcome), result => Assert.Contains(result, possible));
        for (var round = 0; round < rounds; round += BatchSize)
        {
            Assert.All(Met(begin, one, other, outcome), result => Assert.Contains(result, possible));
        }
    }

    private static TOutcome InOrder<TState, TOutcome>(
        Func<TState> begin, Action<TState> first, Action<TState> then, Func<TState, TOutcome> outcome)
    {
        var state = begin();
        first(state);
        then(state);
        return outcome(state);
    }

    /// <summary>The first is held at one seam after the other, as many as it passes.</summary>
    private static List<TOutcome> Held<TState, TOutcome>(
        Func<TState> begin, Action<TState> first, Action<TState> meanwhile, Func<TState, TOutcome> outcome)
        where TState : class, IRaceState
    {
        List<TOutcome> outcomes = [];
        while (true)
        {
            var state = begin();
            Exception? failure = null;
            var other = new Thread(() => failure = Record.Exception(() => meanwhile(state))) { IsBackground = true };
            state.Seam.Hold(passesBefore: outcomes.Count, () =>
            {
                other.Start();
                SpinWait.SpinUntil(() => (other.ThreadState & (ThreadState.Stopped | ThreadState.WaitSleepJoin)) != 0);
            });
            first(state);
            if (other.ThreadState.HasFlag(ThreadState.Unstarted))
            {
                return outcomes;
            }

            other.Join();
            Assert.Null(failure);
            outcomes.Add(outcome(state));
        }
    }

    /// <summary>Both go through the same states side by side, now one a little ahead, now the other.</summary>
    private static TOutcome[] Met<TState, TOutcome>(
        Func<TState> begin, Action<TState> one, Action<TState> other, Func<TState, TOutcome> outcome)
    {
        TState[] states = [.. Enumerable.Range(0, BatchSize).Select(_ => begin())];
        var pair = new Pair();
        Race.Together(threads: 2, number =>
        {
            for (var i = 0; i < states.Length; i++)
            {
                pair.Meet(number, i);
                (number == 0 ? one : other)(states[i]);
            }
        });
        return Array.ConvertAll(states, state => outcome(state));
    }

    /// <summary>
    /// Two threads that wait for each other: as long as it takes before the first step, so that both are awake, and not for long before the
    /// others, since on a busy machine one of them may be put to rest.
    /// </summary>
    private sealed class Pair
    {
        private const int MostSpins = 20_000;

        private readonly int[] _steps = [-1, -1];

        public void Meet(int number, int step)
        {
            Volatile.Write(ref _steps[number], step);
            var wait = new SpinWait();
            while (step == 0 && IsBehind(1 - number, step))
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }

            for (var spin = 0; spin < MostSpins && IsBehind(1 - number, step); spin++)
            {
            }

            // Through all of what an operation takes, to and fro.
            var lead = (step % 81) - 40;
            Thread.SpinWait(Math.Max(0, number == 0 ? lead : -lead));
        }

        private bool IsBehind(int number, int step) => Volatile.Read(ref _steps[number]) < step;
    }
}
