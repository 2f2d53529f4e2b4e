namespace Resilience.Http.Tests.Retry;

/// <summary>Threads that meet at a barrier before each round and after it.</summary>
internal sealed class Race(int threads, int rounds)
{
    /// <param name="begin">Done by one, before a round.</param>
    /// <param name="run">Done by all at once; gets the number of the thread.</param>
    /// <param name="end">Done by one, after a round; a failed assertion ends the race.</param>
    public void Run(Action begin, Action<int> run, Action end)
    {
        Exception? failure = null;
        using var barrier = new Barrier(threads, barrier =>
        {
            try
            {
                (barrier.CurrentPhaseNumber % 2 == 0 ? begin : end)();
            }
            catch (Exception exception)
            {
                failure ??= exception;
            }
        });
        var racers = Enumerable.Range(0, threads).Select(me => new Thread(() =>
        {
            for (var round = 0; round < rounds && Volatile.Read(ref failure) is null; round++)
            {
                barrier.SignalAndWait();
                run(me);
                barrier.SignalAndWait();
            }
        })).ToArray();
        Array.ForEach(racers, static racer => racer.Start());
        Array.ForEach(racers, static racer => racer.Join());
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }
}
