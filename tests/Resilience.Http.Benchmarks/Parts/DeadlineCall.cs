using Resilience.Http.Benchmarks.Cases;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>A whole call that is answered at once, with or without a deadline in force and passed on.</summary>
internal sealed class DeadlineCall(bool inherits, bool propagates) : IPart
{
    private static readonly Uri Address = new("http://service.test/resource");

    private readonly ResilientHttpClientOptions _options = new() { Deadline = { Propagate = propagates } };

    public void Repeat(int times)
    {
        using var invoker = new HttpMessageInvoker(ResilientHttpHandler.Create("payments", _options, new SynchronousServer()));
        using var deadline = inherits ? ResilienceDeadline.Begin(TimeSpan.FromMinutes(1)) : null;
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address);
            invoker.SendAsync(request, CancellationToken.None).GetAwaiter().GetResult().Dispose();
        }
    }
}
