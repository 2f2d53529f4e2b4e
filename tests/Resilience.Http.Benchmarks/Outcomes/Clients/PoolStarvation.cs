namespace Resilience.Http.Benchmarks.Outcomes.Clients;

/// <summary>60 handlers on the thread pool that call the service and block on <c>.Result</c>, again and again for a while.</summary>
internal sealed class PoolStarvation(HttpClient client, Uri address)
{
    private const int Handlers = 60;

    private int _blocked;

    /// <summary>How many threads are blocked on a call now.</summary>
    public int Blocked => Volatile.Read(ref _blocked);

    public void Begin(OpenLoad load, TimeSpan until)
    {
        for (var i = 0; i < Handlers; i++)
        {
            ThreadPool.QueueUserWorkItem(_ => BlockUntil(load, until));
        }
    }

    private void BlockUntil(OpenLoad load, TimeSpan until)
    {
        while (load.Elapsed < until)
        {
            Interlocked.Increment(ref _blocked);
            try
            {
                client.GetAsync(address).Result.Dispose();
            }
            catch (AggregateException)
            {
                Thread.Sleep(100); // what an app does after a failure takes a while too
            }
            finally
            {
                Interlocked.Decrement(ref _blocked);
            }
        }
    }
}
