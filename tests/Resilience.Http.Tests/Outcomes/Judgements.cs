using Resilience.Http.Outcomes;

namespace Resilience.Http.Tests.Outcomes;

/// <summary>The judgements that exceptions get, by name.</summary>
internal static class Judgements
{
    public static readonly Judgement Transient = new(AttemptVerdict.Transient);
    public static readonly Judgement NothingSent = new(AttemptVerdict.Transient, JudgementTraits.NothingSent);
    public static readonly Judgement TimedOut = new(AttemptVerdict.Transient, JudgementTraits.TimedOut);
    public static readonly Judgement Throttled = new(AttemptVerdict.Transient, JudgementTraits.Throttled | JudgementTraits.RatioOnly);
    public static readonly Judgement Failure = new(AttemptVerdict.Failure);
    public static readonly Judgement Ignored = new(AttemptVerdict.Ignored);

    public static Judgement? Judge(Exception exception) => OutcomeTable.Judge(exception, requestUntouched: true);
}
