namespace Resilience.Http.Benchmarks.Parts;

/// <summary>The usual way to bound a call: a source linked to the caller's token, cancelled after a time, and disposed.</summary>
internal sealed class LinkedTimeout(TimeSpan timeout) : IPart
{
    public void Repeat(int times)
    {
        using var caller = new CancellationTokenSource();
        for (var i = 0; i < times; i++)
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(caller.Token);
            linked.CancelAfter(timeout);
        }
    }
}
