using System.Reflection;
using Resilience.Http.ClientSettings;
using Resilience.Http.Settings;

namespace Resilience.Http.Tests.ClientSettings;

/// <summary>The table of keys says all there is to say about the options, and nothing else.</summary>
public sealed class ResilientHttpClientOptionsKeysTests
{
    private static readonly IReadOnlyList<OptionRow> Rows = [.. ResilientHttpClientOptionsKeys.Keys.Rows(new ResilientHttpClientOptions())];

    [Fact]
    public void Every_option_has_its_key_in_the_order_of_the_options() =>
        Assert.Equal(Properties(typeof(ResilientHttpClientOptions), prefix: ""), Rows.Select(row => row.Key));

    [Fact]
    public void The_defaults_keep_their_own_rules()
    {
        var reading = new OptionsReadResult("defaults");
        ResilientHttpClientOptionsKeys.Keys.Check(new ResilientHttpClientOptions(), prefix: "", reading);

        Assert.Empty(reading.Mistakes);
    }

    [Fact]
    public void Every_key_has_a_description()
    {
        Assert.All(Rows, row => Assert.False(string.IsNullOrWhiteSpace(row.Default) || string.IsNullOrWhiteSpace(row.Allowed)));
        Assert.All(Rows, row => Assert.EndsWith(".", row.Description, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_key_sets_its_own_property_and_no_other()
    {
        foreach (var row in Rows.Where(row => row.Kind != "delegate"))
        {
            var path = row.Key.Split(':');
            var before = new ResilientHttpClientOptions();
            var after = new ResilientHttpClientOptions();
            var reading = new OptionsReadResult("x");

            ResilientHttpClientOptionsKeys.Keys.Read(
                NodeOf(row.Kind.StartsWith("list of ", StringComparison.Ordinal) ? $"{row.Key}:0" : row.Key, AnotherValue(row)),
                after,
                prefix: "",
                reading);

            Assert.Empty(reading.Mistakes);
            var changes = new List<OptionChange>();
            ResilientHttpClientOptionsKeys.Keys.Compare(before, after, prefix: "", changes);
            Assert.Contains(row.Key, changes.Select(change => change.Key));
            Assert.All(
                changes,
                change => Assert.True(
                    change.Key == row.Key || row.Default.Contains("or ", StringComparison.Ordinal), $"{row.Key} changed {change}"));
            Assert.NotEqual(ValueOf(before, path), ValueOf(after, path));
        }
    }

    [Fact]
    public void A_copy_shares_nothing_that_can_change()
    {
        var options = new ResilientHttpClientOptions();

        AssertApart(options, options.Copy());
    }

    private static void AssertApart(object one, object other)
    {
        Assert.NotSame(one, other);
        foreach (var property in one.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            var (mine, theirs) = (property.GetValue(one), property.GetValue(other));
            if (IsSection(property.PropertyType))
            {
                AssertApart(mine!, theirs!);
            }
            else if (mine is not null and not string and not ValueType)
            {
                Assert.NotSame(mine, theirs);
            }
        }
    }

    private static bool IsSection(Type type) => type.Name.EndsWith("Options", StringComparison.Ordinal);

    private static IEnumerable<string> Properties(Type options, string prefix) =>
        options.GetProperties().SelectMany(property => IsSection(property.PropertyType)
            ? Properties(property.PropertyType, $"{prefix}{property.Name}:")
            : [prefix + property.Name]);

    private static object? ValueOf(object options, string[] path) =>
        path.Aggregate((object?)options, (value, name) => value!.GetType().GetProperty(name)!.GetValue(value));

    private static string AnotherValue(OptionRow row) => row.Kind switch
    {
        "flag" => row.Default == "true" ? "false" : "true",
        "whole number" => row.Key == "Hedging:MaxHedges" ? "3" : "77",
        "number" => row.Key == "Hedging:Percentile" ? "0.75" : "0.25",
        "time" => "777ms",
        "choice" => row.Allowed.Split(", ")[1],
        "address" => "https://payments.internal/",
        "status code" => "404",
        "media type" => "text/plain",
        "text" => "something",
        "field name" => "X-RateLimit-Reset",
        "header name" => "X-Time-Left-Ms",
        "list of web origins" => "https://api.example.com",
        "list of gRPC methods" => "greet.Greeter/SayHello",
        "list of addresses" => "https://10.0.0.1:8443",
        _ => throw new InvalidOperationException($"Say another value for a {row.Kind}."),
    } is var value && row.Key == "Fallback:StaleIfError" ? "77s" : value;

    private static ConfigurationNode NodeOf(string key, string value) =>
        ConfigurationNode.Read(new Microsoft.Extensions.Configuration.ConfigurationManager { [$"x:{key}"] = value }.GetSection("x"))!;
}
