using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>All that a mapped dashboard adds to a call: its end is counted.</summary>
internal sealed class TrafficPart : IPart
{
    private static readonly Judgement Success = new(AttemptVerdict.Success);

    private readonly ServiceState _service = new("parts", new ResilienceRuntime(), new ResilientHttpClientOptions());

    public TrafficPart() => _service.CountTraffic();

    public void Repeat(int times)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://parts/");
        var call = CallContext.Rent(_service, _service.Options, request, CancellationToken.None);
        call.BeginAttempt(request);
        for (var i = 0; i < times; i++)
        {
            _service.Traffic?.Ended(call, Success, canceled: false);
        }

        call.Return();
    }
}
