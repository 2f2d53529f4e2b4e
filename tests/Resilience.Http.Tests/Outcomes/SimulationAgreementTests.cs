using System.Globalization;
using System.Text.RegularExpressions;
using Resilience.Http.Tests.House;
using Resilience.Http.Tests.Outcomes.Scenarios;
using Resilience.Http.Tests.Outcomes.Simulation;

namespace Resilience.Http.Tests.Outcomes;

/// <summary>
/// A simulation comes to the same as the real processes of docs/outcomes.md, within 5 %: the availability and the sends per call of the
/// chain and of a plain client, in three scenarios that were measured.
/// </summary>
public sealed partial class SimulationAgreementTests(ITestOutputHelper output)
{
    private const double Tolerance = 0.05;

    public static TheoryData<string> Measured =>
        ["One of 3 backends dead, from the start", "One of 3 backends hangs", "All backends down for 15 s"];

    [Theory]
    [MemberData(nameof(Measured))]
    public void Simulated_and_real_figures_differ_by_at_most_a_twentieth(string title)
    {
        var scenario = title switch
        {
            "One of 3 backends dead, from the start" => Scenario.OneDead(3, rate: 20, cold: true),
            "One of 3 backends hangs" => Scenario.OneHanging(3, rate: 20, cold: false),
            _ => Scenario.AllDown(15, rate: 20),
        };

        Compare("plain HttpClient", SimulatedClient.Plain);
        Compare("Resilience.Http", SimulatedClient.Resilient);

        void Compare(string name, SimulatedClient client)
        {
            var run = scenario.Run(client, seed: 1);
            var (share, sends) = Real(title, name);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{title}, {name}: in time {share:0.000} with processes, {run.SettledShareInTime():0.000} simulated; sends per call " +
                $"{sends:0.00} with processes, {run.SettledSendsPerCall():0.00} simulated"));
            Assert.Equal(1, run.SettledShareInTime() / share, Tolerance);
            Assert.Equal(1, run.SettledSendsPerCall() / sends, Tolerance);
        }
    }

    /// <summary>The row of a client in the table below a title.</summary>
    private static (double Share, double Sends) Real(string title, string client)
    {
        var page = File.ReadAllText(Checkout.PathOf("docs/outcomes.md"));
        var table = page[page.IndexOf($"### {title}: 20 calls per second", StringComparison.Ordinal)..];
        var row = Row().Matches(table).First(row => row.Groups["client"].Value == client);
        return (Number("share") / 100, Number("sends"));

        double Number(string column) => double.Parse(row.Groups[column].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\| (?<client>.+?) +\| +(?<share>[\d.]+) % \| +(?<sends>[\d.]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
