using Polly;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>One strategy with the options of Microsoft.Extensions.Http.Resilience, which judges a response; run synchronously.</summary>
internal sealed class MehrPart : IPart, IDisposable
{
    private readonly HttpResponseMessage _response = new();
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public MehrPart(Action<ResiliencePipelineBuilder<HttpResponseMessage>> add)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage>();
        add(builder);
        _pipeline = builder.Build();
    }

    public void Repeat(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _pipeline.Execute(static (response, _) => response, _response, CancellationToken.None);
        }
    }

    public void Dispose() => _response.Dispose();
}
