using Resilience.Http.Benchmarks.Outcomes.Clients;

namespace Resilience.Http.Benchmarks.Outcomes.Results;

/// <summary>One goal of a scenario, and what a client of ours came to.</summary>
internal sealed record GoalCheck(string Goal, string Reached, bool IsMet)
{
    /// <summary>Compares a client of ours with the goals of the scenario, and with the other clients in it.</summary>
    public static IEnumerable<GoalCheck> Of(
        OutcomeScenario scenario, OutcomeMedians mine, IReadOnlyDictionary<OutcomeContender, OutcomeMedians> all)
    {
        var others = all.Where(static pair => !OutcomeContender.AllOurs.Contains(pair.Key)).Select(static pair => pair.Value.ShareInTime);
        var plain = all.GetValueOrDefault(OutcomeContender.Plain)?.ShareInTime ?? 0;
        var best = others.DefaultIfEmpty().Max();
        var goals = scenario.Goals;

        if (goals.NotBelowOthers)
        {
            yield return Share(Math.Max(plain - 0.01, best - 0.02));
        }

        if (goals.Goodput)
        {
            yield return Share(0.95 * best);
        }

        if (goals.Share is { } share)
        {
            yield return Share(share);
        }

        if (goals.Recovery is { } recovery && mine.Recovery is { } recovered)
        {
            yield return new($"99 % again within {recovery} s", OutcomeTables.Seconds(recovered), recovered <= recovery);
        }

        if (goals.Refusal is { } refusal)
        {
            yield return new($"a refusal within {refusal} s", OutcomeTables.Seconds(mine.FirstRefusal), mine.FirstRefusal <= refusal);
        }

        if (goals.Sends is { } sends)
        {
            // As in the table, to two digits: 1.204 is no miss of 1.2.
            var worst = Math.Round(mine.SendsPerCallInWorstSecond, 2);
            yield return new($"at most {sends:0.00} sends per call in the worst second", $"{worst:0.00}", worst <= Math.Round(sends, 2));
        }

        GoalCheck Share(double least) => new(
            $"{100 * least:0.0} % in time", $"{100 * mine.ShareInTime:0.0} %", mine.ShareInTime >= least);
    }
}
