using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>A whole call that is answered at once, with or without a deadline in force and passed on.</summary>
internal sealed class DeadlineCall(bool inherits, bool propagates) : IPart
{
    private readonly HttpMessageInvoker _invoker = new(ResilientHttpHandler.Create("payments", Options(propagates), new SynchronousServer()));

    public void Repeat(int times)
    {
        using var deadline = inherits ? ResilienceDeadline.Begin(TimeSpan.FromMinutes(1)) : null;
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Figures.Address);
            _invoker.SendAsync(request, CancellationToken.None).GetAwaiter().GetResult().Dispose();
        }
    }

    private static ResilientHttpClientOptions Options(bool propagates) => new() { Deadline = { Propagate = propagates } };
}
