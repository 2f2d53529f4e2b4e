using Resilience.Http.RateLimiting.ServerQuota;
using Resilience.Http.RateLimiting.StructuredFields;

namespace Resilience.Http.Tests.RateLimiting.ServerQuota;

/// <summary>All examples of draft-ietf-httpapi-ratelimit-headers-11, and what is around them.</summary>
public sealed class RateLimitFieldTests
{
    private const int Mutations = 100_000;

    /// <summary>The field, and the policy that is exhausted with its window and its partition.</summary>
    public static TheoryData<string, string?> Examples => new()
    {
        { "\"default\";r=50;t=30", null },
        { "\"default\";r=999;pk=:dHJpYWwxMjEzMjM=:", null },
        { "\"default\";r=300000000;t=60;pk=:QXBwLTk5OQ==:", null },
        { "\"problemPolicy\";r=0;t=10", "problemPolicy 10" },
        { "\"default\";r=1;t=7", null },
        { "\"daily\";r=1;t=86400", null },
        { "\"somepolicy\";r=10000;t=10", null },
        { "\"default\";r=0;t=50", "default 50" },
        { "\"default\";r=0;t=48", "default 48" },
        { "\"dayLimit\";r=100;t=36000", null },
        { "\"basic\";r=60;t=58", null },
        { "\"basic\";r=20;t=56", null },
        { "\"default\";r=0;t=5", "default 5" },
        { "\"fixedwindow\";r=99;t=50", null },
        { "\"dynamic\";r=9;t=50", null },
        { "\"dynamic\";r=0;t=20", "dynamic 20" },
        { "\"dynamic\";r=15;t=40", null },
        { "\"day\";r=100;t=36000", null },
        { "\"default\";r=50;t=60", null },
        { "\"sliding\";r=50;t=44", null },
        { "\"sliding\";q=12;r=6;t=1", null },
        { "\"sliding\";q=12;r=1;t=1", null },
    };

    public static TheoryData<string, int> PolicyExamples => new()
    {
        { "\"burst\";q=100;w=60,\"daily\";q=1000;w=86400", 2 },
        { "\"default\";q=100;w=10", 1 },
        { "\"permin\";q=50;w=60,\"perhr\";q=1000;w=3600", 2 },
        { "\"peruser\";q=100;w=60;pk=:cHsdsRa894==:", 1 },
        { "\"peruser\";q=65535;qu=\"content-bytes\";w=10;pk=:sdfjLJUOUH==:", 1 },
        { "\"somepolicy\";q=10000;w=1000", 1 },
        { "\"basic\";q=100;w=60", 1 },
        { "\"fixedwindow\";q=100;w=60", 1 },
        { "\"dynamic\";q=100;w=60", 1 },
        { "\"dynamic\";q=15;w=20", 1 },
        { "\"hour\";q=1000;w=3600, \"day\";q=5000;w=86400", 2 },
        { "\"sliding\";q=100;w=60;burst=1000, \"fixed\";q=5000;w=3600;burst=0", 2 },
        { "\"sliding\";q=12;w=1", 1 },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_examples_of_the_draft_are_read(string field, string? exhausted)
    {
        var read = Read(field)!;

        Assert.NotNull(StructuredListParser.TryParse(field));
        Assert.Equal(exhausted, read.Exhausted is { } limit ? $"{limit.Policy} {limit.Window}" : null);
    }

    [Theory]
    [MemberData(nameof(PolicyExamples))]
    public void The_policies_of_the_draft_are_well_formed(string field, int policies)
    {
        var items = StructuredListParser.TryParse(field)!;

        Assert.Equal(policies, items.Count);
        Assert.All(items, static item => Assert.NotNull(item.Find("q", BareItemKind.Integer)));
    }

    [Fact]
    public void The_longest_of_several_exhausted_policies_counts()
    {
        var field = Read("\"second\";r=0;t=1, \"minute\";r=0;t=42, \"day\";r=7;t=3600")!;

        Assert.Equal("minute", field.Exhausted!.Policy);
    }

    [Fact]
    public void Several_lines_are_one_list() =>
        Assert.Equal("b", Read("\"a\";r=1;t=5", "", "\"b\";r=0;t=9")!.Exhausted!.Policy);

    [Fact]
    public void Partition_keys_are_compared_as_bytes()
    {
        var field = Read("\"user\";r=0;t=9;pk=:QQ==:, \"app\";r=1;t=9;pk=:QQ:, \"org\";r=1;pk=:Qg:")!;

        Assert.Equal(["QQ==", "Qg=="], field.Partitions);
        Assert.Equal("QQ==", field.Exhausted!.Partition);
    }

    [Theory]
    [InlineData("\"a\";t=5")]
    [InlineData("\"a\";r=-1;t=5")]
    [InlineData("\"a\";r=0.0;t=5")]
    [InlineData("\"a\";r=\"0\";t=5")]
    [InlineData("\"a\";r;t=5")]
    [InlineData("\"a\";r=0;t=-5")]
    [InlineData("\"a\";r=0;t=5.5")]
    [InlineData("\"a\";r=0;t=5;pk=\"x\"")]
    [InlineData("7;r=0;t=5")]
    [InlineData("(\"a\");r=0;t=5")]
    public void An_item_without_its_required_parts_is_ignored(string item)
    {
        Assert.Null(Read(item)!.Exhausted);
        Assert.Equal("good", Read($"{item}, \"good\";r=0;t=3")!.Exhausted!.Policy);
    }

    [Theory]
    [InlineData("\"a\";r=0;t=0")]
    [InlineData("\"a\";r=0")]
    public void Without_a_time_there_is_nothing_to_wait_for(string field) => Assert.Null(Read(field)!.Exhausted);

    [Theory]
    [InlineData("limit=100, remaining=0, reset=50")]
    [InlineData("\"a\";r=0;t=5,")]
    [InlineData("\"a;r=0;t=5")]
    [InlineData("0")]
    public void A_malformed_field_is_ignored(string field) => Assert.Null(Read(field)?.Exhausted);

    [Fact]
    public void The_tokens_of_earlier_drafts_are_read_too() => Assert.Equal("burst", Read("burst;r=0;t=7")!.Exhausted!.Policy);

    [Theory]
    [InlineData("0", true)]
    [InlineData("00", true)]
    [InlineData("1", false)]
    [InlineData("3600", false)]
    public void A_rate_limit_field_of_a_cached_response_is_ignored(string age, bool counts)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("RateLimit", "\"a\";r=0;t=5");
        response.Headers.TryAddWithoutValidation("Age", age);

        Assert.Equal(counts, RateLimitField.Read(response.Headers) is not null);
    }

    [Fact]
    public void A_hundred_thousand_mutations_never_throw()
    {
        var random = new Random(11);
        string[] seeds = [.. Examples.Select(static row => row.Data.Item1), .. PolicyExamples.Select(static row => row.Data.Item1)];
        var wellFormed = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var text = Mutate(random, seeds[random.Next(seeds.Length)], seeds);
            wellFormed += StructuredListParser.TryParse(text) is null ? 0 : 1;
            using var response = new HttpResponseMessage();
            response.Headers.TryAddWithoutValidation("RateLimit", text);
            Assert.True(RateLimitField.Read(response.Headers)?.Exhausted?.Window is null or > 0, text);
        }

        Assert.InRange(wellFormed, Mutations / 100, Mutations * 99 / 100);
    }

    private static string Mutate(Random random, string text, string[] seeds)
    {
        const string alphabet = "\"\\;,=:?@%() \t-.0123456789abcrtpkwqzAZ*_/+\0\u007fü\uD800é\n";
        var chars = text.ToList();
        for (var left = random.Next(1, 5); left > 0 && chars.Count > 0; left--)
        {
            var at = random.Next(chars.Count);
            switch (random.Next(5))
            {
                case 0:
                    chars.RemoveAt(at);
                    break;
                case 1:
                    chars.Insert(at, alphabet[random.Next(alphabet.Length)]);
                    break;
                case 2:
                    chars[at] = alphabet[random.Next(alphabet.Length)];
                    break;
                case 3:
                    chars.RemoveRange(at, random.Next(chars.Count - at));
                    break;
                default:
                    chars.InsertRange(at, seeds[random.Next(seeds.Length)]);
                    break;
            }
        }

        return string.Concat(chars);
    }

    private static RateLimitField? Read(params string[] lines)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("RateLimit", lines);
        return RateLimitField.Read(response.Headers);
    }
}
