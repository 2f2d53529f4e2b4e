using Resilience.Http.Tests.House;

namespace Resilience.Http.Tests.Retry.Storms;

public sealed class RetryStormTests
{
    private const string Page = "docs/retry-storms.md";
    private const string Begin = "<!-- table -->\n";
    private const string End = "\n<!-- end of table -->";

    public static TheoryData<int> Offered => [.. StormTable.Offered];

    [Theory]
    [MemberData(nameof(Offered))]
    public void Naive_retries_keep_an_outage_alive_and_those_of_the_chain_let_it_end(int offered)
    {
        var naive = Storm.Run(StormPolicy.Naive, offered, seed: 1, watchedSeconds: 40);
        var ours = Storm.Run(StormPolicy.Both, offered, seed: 1, watchedSeconds: 40);

        Assert.Null(naive.SecondsToRecover);
        Assert.InRange(naive.RequestsPerCall, 3, 4);
        Assert.InRange(ours.SecondsToRecover ?? int.MaxValue, 0, 30);
        Assert.InRange(ours.RequestsPerCall, 0, 1.1);
        Assert.True(ours.MostInFlight < naive.MostInFlight);
    }

    [Theory]
    [MemberData(nameof(Offered))]
    public void A_budget_alone_adds_next_to_nothing_to_the_load_of_an_outage(int offered)
    {
        var budget = Storm.Run(StormPolicy.BudgetAlone, offered, seed: 1, watchedSeconds: 10);

        Assert.InRange(budget.RequestsPerCall, 1, 1.05);
    }

    /// <summary>With <c>RETRY_STORMS=write</c> it writes the whole table into the page, which takes some minutes.</summary>
    [Fact]
    public void The_page_shows_what_the_handlers_do_today()
    {
        var page = File.ReadAllText(Checkout.PathOf(Page));
        if (Environment.GetEnvironmentVariable("RETRY_STORMS") == "write")
        {
            var rows = StormTable.Offered.SelectMany(offered => StormPolicy.All.Select(policy => StormTable.Row(policy, offered)));
            page = $"{page.Split(Begin)[0]}{Begin}{StormTable.Head}\n{string.Join('\n', rows)}{End}{page.Split(End)[1]}";
            File.WriteAllText(Checkout.PathOf(Page), page);
        }

        var shown = page.Split(Begin)[1].Split(End)[0].Split('\n');

        Assert.All(StormTable.Offered, offered => Assert.Contains(StormTable.Row(StormPolicy.Both, offered), shown));
    }
}
