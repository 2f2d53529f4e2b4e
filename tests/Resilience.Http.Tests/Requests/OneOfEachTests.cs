using Resilience.Http.Requests;

namespace Resilience.Http.Tests.Requests;

/// <summary>What exists once in a service or a host.</summary>
public sealed class OneOfEachTests
{
    private readonly OneOfEach _all = new();

    [Fact]
    public void Each_kind_is_made_once_and_for_its_owner()
    {
        var one = _all.Get("payments", static owner => new One(owner));
        var other = _all.Get("payments", static owner => new Other(owner));

        Assert.Equal(("payments", "payments"), (one.Owner, other.Owner));
        Assert.Same(one, _all.Get("payments", One (_) => throw new InvalidOperationException("There is one.")));
        Assert.Same(other, _all.Get("payments", Other (_) => throw new InvalidOperationException("There is one.")));
    }

    [Fact]
    public void What_makes_one_may_ask_for_another()
    {
        var one = _all.Get("payments", owner => new One(_all.Get(owner, static inner => new Other(inner)).Owner));

        Assert.Same(one, _all.Get("payments", static owner => new One(owner)));
        Assert.NotNull(_all.Get("payments", Other (_) => throw new InvalidOperationException("There is one.")));
    }

    [Fact]
    public void Threads_that_ask_at_once_get_the_same_and_it_is_made_once()
    {
        for (var round = 0; round < 200; round++)
        {
            var (all, made, found) = (new OneOfEach(), 0, new One[8]);

            Race.Together(found.Length, number => found[number] = all.Get("payments", owner =>
            {
                Interlocked.Increment(ref made);
                return new One(owner);
            }));

            Assert.Equal(1, made);
            Assert.All(found, one => Assert.Same(found[0], one));
        }
    }

    [Fact]
    public void After_one_that_could_not_be_made_the_next_who_asks_tries_again()
    {
        Assert.Throws<InvalidOperationException>(() => _all.Get("payments", One (_) => throw new InvalidOperationException("Not yet.")));

        Assert.Equal("payments", _all.Get("payments", static owner => new One(owner)).Owner);
    }

    private sealed record One(string Owner);

    private sealed record Other(string Owner);
}
