using Polly;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>
/// A Polly.Core pipeline of a timeout alone, run synchronously: a pooled source with a timer, and the pipeline around it.
/// </summary>
internal sealed class PollyTimeout(TimeSpan timeout) : IPart
{
    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder().AddTimeout(timeout).Build();

    public void Repeat(int times)
    {
        using var caller = new CancellationTokenSource();
        for (var i = 0; i < times; i++)
        {
            _pipeline.Execute(static _ => { }, caller.Token);
        }
    }
}
