using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Pipeline;

/// <summary>What a call remembers of its attempts is kept with the pooled context, so the next call must not find it.</summary>
public sealed class EarlierAttemptsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_context_that_is_cleared_remembers_nothing_of_the_call(bool cut)
    {
        var earlier = new EarlierAttempts { MetLoad = true };
        if (cut)
        {
            earlier.Add(new Judgement(AttemptVerdict.Transient), status: null, new IOException("cut"));
        }

        earlier.Clear();

        Assert.Equal((false, false, null), (earlier.MetLoad, earlier.MayHaveBeenDone, earlier.Exception));
    }
}
