using Resilience.Http.Retry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Retry;

/// <summary>Budgets on a virtual clock: a new one, a full one and an empty one.</summary>
internal sealed class RetryBudgetFixture
{
    public VirtualTimeProvider Clock { get; } = new();

    public HttpRetryBudgetOptions Options { get; } = new();

    public static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }

    public RetryBudget Budget() => new(Clock, Options);

    public RetryBudget Saved()
    {
        var budget = Budget();
        Repeat(500, () => budget.Deposit(Options));
        return budget;
    }

    public RetryBudget Spent()
    {
        var budget = Budget();
        TakeAll(budget);
        return budget;
    }

    public int TakeAll(RetryBudget budget, bool underLoad = false)
    {
        var taken = 0;
        while (budget.TryTake(Options, underLoad))
        {
            taken++;
        }

        return taken;
    }
}
