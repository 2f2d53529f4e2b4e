using Resilience.Http.Requests;
using Resilience.Http.Testing.Time;

namespace Resilience.Http.Testing.Server;

/// <summary>Another answer, later.</summary>
internal sealed class SlowAnswer(TimeSpan delay, ServerAnswer answer) : ServerAnswer
{
    public override string Text { get; } = $"{answer.Text} after {ExactDuration.Format(delay)}";

    public override async Task<HttpResponseMessage> AnswerAsync(
        HttpRequestMessage request, TimeProvider clock, bool async, CancellationToken cancellationToken)
    {
        await ClockWait.For(delay, clock, async, cancellationToken).ConfigureAwait(false);
        return await answer.AnswerAsync(request, clock, async, cancellationToken).ConfigureAwait(false);
    }
}
