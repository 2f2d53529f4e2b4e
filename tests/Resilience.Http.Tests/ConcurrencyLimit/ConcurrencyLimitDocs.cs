using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Tests.ConcurrencyLimit.Simulation;
using Resilience.Http.Tests.House;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.ConcurrencyLimit;

/// <summary>docs/concurrency-limit.md: its snippet compiled and tried, its table computed.</summary>
public sealed class ConcurrencyLimitDocs
{
    private static readonly string Page = File.ReadAllText(Checkout.PathOf("docs/concurrency-limit.md")).ReplaceLineEndings("\n");

    [Fact]
    public async Task The_catch_block_of_the_page_recognizes_a_rejection()
    {
        using var app = TestApp.With("{}", static services =>
        {
            services.AddResilientHttpClient("reports", static options => options.ConcurrencyLimit = new() { Enabled = true, Limit = 1 });
            services.UseScriptedServer("reports", static script => script.Hang());
        });
        var reports = app.Client("reports");
        using var caller = new CancellationTokenSource();
        _ = reports.GetAsync(new Uri("https://reports.internal/first"), caller.Token);
        var postponed = "";
        void Postpone(string why) => postponed = why;

        #region catch
        try
        {
            using var response = await reports.GetAsync("https://reports.internal/today");
        }
        catch (LimitExceededException rejection) when (rejection.Limit == HttpLimit.Concurrency)
        {
            Postpone(rejection.Message); // nothing was sent
        }
        #endregion

        Assert.Contains("ConcurrencyLimit:Limit allows 1", postponed, StringComparison.Ordinal);
        await caller.CancelAsync();
    }

    /// <summary>
    /// On another platform the last digit of a logarithm may differ, and with it the course of a run. To renew the table, copy what the
    /// failure prints.
    /// </summary>
    [Fact]
    public void The_table_of_the_page_matches_the_results_of_the_scenarios()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The table was computed on Linux.");

        var table = LimitTable.Format();

        Assert.True(Page.Contains(table, StringComparison.Ordinal), table);
    }
}
