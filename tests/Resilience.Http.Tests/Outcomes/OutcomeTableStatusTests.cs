using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Resilience.Http.Outcomes;
using Resilience.Http.Tests.House;

namespace Resilience.Http.Tests.Outcomes;

/// <summary>The table in docs/retry.md is the specification: every status is compared with it.</summary>
public sealed partial class OutcomeTableStatusTests
{
    /// <summary>https://www.iana.org/assignments/http-status-codes, from 400 on, without the unused 418.</summary>
    private static readonly int[] Registered =
    [
        .. Enumerable.Range(400, 18), 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, .. Enumerable.Range(500, 9), 510, 511,
    ];

    /// <summary>
    /// In common use without being registered: nginx, IIS, AWS, Cloudflare, Apache, Shopify, Laravel, Anthropic, proxies.
    /// </summary>
    private static readonly int[] Unregistered =
    [
        419,
        420,
        430,
        440,
        444,
        449,
        450,
        460,
        463,
        464,
        494,
        495,
        496,
        497,
        498,
        499,
        509,
        .. Enumerable.Range(520, 8),
        529,
        530,
        540,
        561,
        598,
        599,
    ];

    private static readonly Dictionary<string, Judgement> Judgements = new()
    {
        ["a success, not repeated"] = new(AttemptVerdict.Success),
        ["a failure, repeated"] = new(AttemptVerdict.Transient),
        ["throttled, repeated"] = new(AttemptVerdict.Transient, JudgementTraits.Throttled | JudgementTraits.RatioOnly),
        ["a failure, not repeated"] = new(AttemptVerdict.Failure),
        ["not counted, not repeated"] = new(AttemptVerdict.Ignored),
    };

    [Fact]
    public void The_documented_verdict_on_each_status_is_the_built_in_one()
    {
        var documented = Documented();
        var wrong = Enumerable.Range(100, 900).Where(status => OutcomeTable.Judge((HttpStatusCode)status) != documented.VerdictOn(status));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Each_status_of_the_registry_and_in_common_use_has_a_documented_reason() =>
        Assert.Empty(Registered.Concat(Unregistered).Except(Documented().Named));

    [Theory]
    [InlineData(507)]
    [InlineData(508)]
    [InlineData(506)]
    [InlineData(510)]
    public void A_status_about_this_one_request_is_neither_repeated_nor_counted_as_a_failure(int status) =>
        Assert.Equal(new Judgement(AttemptVerdict.Success), OutcomeTable.Judge((HttpStatusCode)status));

    [Theory]
    [InlineData(407)]
    [InlineData(511)]
    public void A_status_from_an_intermediary_is_ignored(int status) =>
        Assert.Equal(new Judgement(AttemptVerdict.Ignored), OutcomeTable.Judge((HttpStatusCode)status));

    private static DocumentedStatuses Documented()
    {
        var page = File.ReadAllText(Checkout.PathOf("docs/retry.md"));
        var section = page[page.IndexOf("## Statuses", StringComparison.Ordinal)..];
        var table = new DocumentedStatuses();
        foreach (Match row in Row().Matches(section[..section.IndexOf("\n## ", StringComparison.Ordinal)]))
        {
            var judgement = Judgements[row.Groups[2].Value];
            foreach (Match status in Status().Matches(row.Groups[1].Value))
            {
                table.Add(
                    Number(status.Groups[1]), status.Groups[2].Success ? Number(status.Groups[2]) : Number(status.Groups[1]), judgement);
            }
        }

        return table;

        static int Number(Group digits) => int.Parse(digits.Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\| (\d[^|]*) \| ([^|]+) \| [^|]+ \|\r?$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\b(\d{3})\b(?:–(\d{3}))?")]
    private static partial Regex Status();

    /// <summary>A row for one status is stronger than one for a range that holds it.</summary>
    private sealed class DocumentedStatuses
    {
        private readonly List<(int First, int Last, Judgement Judgement)> _rows = [];

        /// <summary>The statuses that are named in a row, in a range of at most ten.</summary>
        public IEnumerable<int> Named => _rows
            .Where(static row => row.Last - row.First < 10)
            .SelectMany(static row => Enumerable.Range(row.First, row.Last - row.First + 1));

        public void Add(int first, int last, Judgement judgement) => _rows.Add((first, last, judgement));

        public Judgement VerdictOn(int status) =>
            _rows.Where(row => row.First <= status && status <= row.Last).MinBy(static row => row.Last - row.First).Judgement;
    }
}
