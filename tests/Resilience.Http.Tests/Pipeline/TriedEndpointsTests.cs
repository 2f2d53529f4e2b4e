using Resilience.Http.Pipeline;

namespace Resilience.Http.Tests.Pipeline;

/// <summary>Where the sends of one call have gone, while several of them run.</summary>
public sealed class TriedEndpointsTests
{
    private readonly TriedEndpoints _tried = new();
    private readonly object _a = new();
    private readonly object _b = new();

    [Fact]
    public void An_endpoint_that_refused_a_send_does_not_count_as_tried()
    {
        _tried.Add(_a);
        _tried.Add(_b);

        _tried.Remove(_a);

        Assert.False(_tried.Contains(_a));
        Assert.True(_tried.Contains(_b));
        Assert.Equal(1, _tried.Count);
    }

    [Fact]
    public void If_one_of_two_sends_is_refused_the_endpoint_stays_tried()
    {
        _tried.Add(_a);
        _tried.Add(_a);

        _tried.Remove(_a);

        Assert.True(_tried.Contains(_a));
        Assert.Equal(1, _tried.Count);
    }

    [Fact]
    public void A_call_that_follows_in_the_pooled_context_has_tried_nothing()
    {
        _tried.Add(_a);

        _tried.Clear();

        Assert.False(_tried.Contains(_a));
        Assert.Equal(0, _tried.Count);
    }

    [Fact]
    public void Two_sends_at_the_same_time_lose_nothing()
    {
        const int Rounds = 300_000;
        _tried.Add(_a);
        using var start = new Barrier(2);
        var threads = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            var mine = new object();
            start.SignalAndWait();
            for (var i = 0; i < Rounds; i++)
            {
                _tried.Add(mine);
                if (!_tried.Contains(mine) || !_tried.Contains(_a))
                {
                    return; // Its endpoint stays, which the count shows.
                }

                _tried.Remove(mine);
            }
        })).ToList();

        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());

        Assert.Equal(1, _tried.Count);
    }
}
