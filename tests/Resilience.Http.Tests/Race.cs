using System.Runtime.ExceptionServices;

namespace Resilience.Http.Tests;

/// <summary>
/// Actors that act at the same moment, each on a thread of its own, in one round after the other. Each round has a state of its own, made
/// before the first and checked after the last, so that nobody has to be waited for in between. The threads meet by spinning, and only for
/// so long: whoever finds the others off their processors goes ahead. So a busy machine makes a race less of a race but hardly slower,
/// where a barrier in each round would cost a time slice a round.
/// </summary>
internal static class Race
{
    /// <summary>Some 50 µs: longer than waking takes, far shorter than a time slice.</summary>
    private const int MostSpins = 100_000;

    /// <summary>Rounds after which threads that have lost each other wait for one another all the same.</summary>
    private const int BarrierEvery = 50;

    /// <summary>Through all of what an actor takes.</summary>
    private const int MostHandicaps = 41;

    /// <param name="rounds">How often they act.</param>
    /// <param name="begin">Makes the state of a round.</param>
    /// <param name="check">Looks at what has come of a round.</param>
    /// <param name="actors">What is done at once.</param>
    public static void Run<TRound>(int rounds, Func<TRound> begin, Action<TRound> check, params Action<TRound>[] actors)
    {
        // These two need no luck: one after the other, and the other way round.
        Play(actors);
        Play(actors.Reverse());

        var states = Enumerable.Range(0, rounds).Select(_ => begin()).ToArray();
        var arrived = new int[rounds];
        var atOnce = Math.Min(actors.Length, Environment.ProcessorCount);
        ExceptionDispatchInfo? failure = null;
        using var barrier = new Barrier(actors.Length);
        var threads = actors.Select((_, number) => new Thread(() => Act(number))).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        failure?.Throw();
        Array.ForEach(states, check);

        void Play(IEnumerable<Action<TRound>> order)
        {
            var state = begin();
            foreach (var actor in order)
            {
                actor(state);
            }

            check(state);
        }

        void Act(int number)
        {
            try
            {
                for (var round = 0; round < rounds && Volatile.Read(ref failure) is null; round++)
                {
                    if (round % BarrierEvery == 0)
                    {
                        barrier.SignalAndWait();
                    }

                    Meet(ref arrived[round]);
                    Thread.SpinWait(Handicap(number, round));
                    actors[number](states[round]);
                }
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            }
            finally
            {
                barrier.RemoveParticipant();
            }
        }

        void Meet(ref int here)
        {
            Interlocked.Increment(ref here);
            for (var spin = 0; spin < MostSpins && Volatile.Read(ref here) < atOnce; spin++)
            {
            }
        }
    }

    /// <summary>Work on several threads, begun together.</summary>
    public static void Together(int threads, Action<int> work)
    {
        using var barrier = new Barrier(threads);
        var failures = new Exception?[threads];
        var running = Enumerable.Range(0, threads).Select(number => new Thread(() =>
        {
            barrier.SignalAndWait();
            failures[number] = Record.Exception(() => work(number));
        })
        { IsBackground = true }).ToList();
        running.ForEach(thread => thread.Start());
        running.ForEach(thread => thread.Join());
        Assert.All(failures, Assert.Null);
    }

    /// <summary>None in every other round; in the rest any two actors lead and lag by each number of spins.</summary>
    private static int Handicap(int number, int round) => round % 2 == 0 ? 0 : (number + 1) * round % MostHandicaps;
}
