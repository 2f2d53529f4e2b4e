using System.Net;
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
        var redirect = new Redirect(new("https://api.internal/1"), new("https://storage.internal/1"));
        if (cut)
        {
            earlier.Add(new Judgement(AttemptVerdict.Transient), status: null, new IOException("cut"), redirect);
        }
        else
        {
            earlier.Add(new Judgement(AttemptVerdict.Transient), HttpStatusCode.OK, exception: null);
        }

        earlier.Clear();

        Assert.Equal((false, false, null), (earlier.MetLoad, earlier.MayHaveBeenDone, earlier.Exception));
        Assert.Equal((false, 0), (earlier.WasAnswered, earlier.Redirects.Count));
    }
}
