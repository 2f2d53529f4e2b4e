using Resilience.Http.CircuitBreaker.Counting;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>How many permits are out, whichever threads take them and give them back.</summary>
public sealed class InFlightCounterTests
{
    private InFlightCounter _traffic = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_permit_that_one_thread_takes_can_be_returned_by_another(bool busy)
    {
        Begin(busy);
        _traffic.Enter(now: 0);
        _traffic.Enter(now: 0);
        Assert.Equal((2L, 2L), (_traffic.InFlight, _traffic.CountInFlight()));

        Race.Together(threads: 1, _ => _traffic.Leave());
        Assert.Equal(1, _traffic.InFlight);

        Race.Together(threads: 1, _ => _traffic.Leave());
        Assert.Equal((0L, 0L), (_traffic.InFlight, _traffic.CountInFlight()));
    }

    [Fact]
    public void A_permit_taken_before_the_circuit_was_busy_is_returned_after()
    {
        _traffic.Enter(now: 0);
        _traffic.BecomeBusy();
        Assert.Equal(1, _traffic.InFlight);

        _traffic.Leave();

        Assert.Equal(0, _traffic.InFlight);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_permit_is_lost_among_many_threads(bool busy)
    {
        Begin(busy);

        Race.Together(threads: 50, _ => _traffic.Enter(now: 0));

        Assert.Equal(50, _traffic.InFlight);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_count_is_never_too_low_while_permits_come_and_go(bool busy)
    {
        Begin(busy);
        _traffic.Enter(now: 0);

        // As long as there is something to miss: a reader that counts its rounds may be done before the others have begun.
        var coming = 3;
        Race.Together(threads: 1 + coming, number =>
        {
            if (number == 0)
            {
                while (Volatile.Read(ref coming) > 0)
                {
                    Assert.True(_traffic.InFlight >= 1);
                }

                return;
            }

            for (var i = 0; i < 400_000; i++)
            {
                _traffic.Enter(now: 0);
                _traffic.Leave();
            }

            Interlocked.Decrement(ref coming);
        });

        Assert.Equal(1, _traffic.InFlight);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 5)]
    public void An_order_number_assigned_after_the_last_read_is_not_assigned_again(long now, long order)
    {
        const long NoneYet = long.MinValue;
        Assert.Equal(0, _traffic.Enter(now: 0));

        Assert.Equal(order, _traffic.NextOrder(now, last: NoneYet));
        Assert.Equal(order + 1, _traffic.NextOrder(now, last: NoneYet));
        Assert.Equal(order + 2, _traffic.Enter(now: 0));
    }

    private void Begin(bool busy)
    {
        if (busy)
        {
            _traffic.BecomeBusy();
        }
    }
}
