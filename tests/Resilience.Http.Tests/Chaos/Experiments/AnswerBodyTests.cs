using System.Net;
using System.Text;
using System.Text.Json;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>An answer that came counts: nothing in its body fails a tolerance on the status, or an action.</summary>
public sealed class AnswerBodyTests
{
    private const int MostRead = 4 * 1024 * 1024;

    private static readonly ChaosHttpRequest Request = new(new Uri("http://orders.test/orders/1"));

    public static TheoryData<string, string> Bodies => new()
    {
        { "text/plain; charset=klingon", "an unknown charset" },
        { "text/plain; charset=\"\"", "an empty charset" },
        { "text/plain; charset=utf-7", "a charset that .NET knows and refuses" },
        { "text/plain; charset=x-user-defined; charset=utf-8", "two charsets" },
        { "text/plain; charset='utf8'", "a misspelled charset" },
        { "no type at all", "a type that cannot be read" },
        { "application/json; charset=utf-9", "{ \"an\": \"unknown charset\" }" },
        { "application/json", "{ \"a\": 1, \"a\": 2 }" },
        { "application/json", "{ \"a\": { \"b\": 1, \"b\": [ { \"c\": 1, \"c\": 2 } ] } }" },
        { "application/json", "{ not json" },
        { "application/json", "" },
        { "application/json", "\"\\ud800\"" },
        { "application/json", new string('[', 900) + new string(']', 900) },
        { "application/json", "\"" + new string('x', MostRead) + "\"" },
        { "text/plain", new string('x', MostRead + 1) },
    };

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public async Task No_body_fails_a_tolerance_on_the_status(string type, string body)
    {
        var result = await RunAsync(type, Encoding.UTF8.GetBytes(body), ChaosProbe.Http("order", Request, ChaosTolerance.Equal(200)));

        Assert.True(result.Outcome == ChaosOutcome.Held, result.ToString());
        Assert.Contains("\"outcome\": \"held\"", result.ToJournal(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public async Task No_body_aborts_an_action_that_was_answered(string type, string body)
    {
        var result = await RunAsync(type, Encoding.UTF8.GetBytes(body), ChaosAction.Http("order", Request));

        Assert.True(result.Outcome == ChaosOutcome.Held, result.ToString());
    }

    [Theory]
    [InlineData("text/plain; charset=iso-8859-1", new byte[] { 0xE4 }, "\u00e4")]
    [InlineData("text/plain; charset=\"windows-1252\"", new byte[] { 0x80 }, "\u20ac")]
    [InlineData("text/plain", new byte[] { 0xC3, 0xA4 }, "\u00e4")]
    [InlineData("text/plain; charset=klingon", new byte[] { 0xC3, 0xA4, 0xFF }, "\u00e4\ufffd")]
    [InlineData("text/plain", new byte[] { 0xFF, 0xFE, 0x61, 0x00 }, "a")]
    public async Task A_body_is_decoded_by_its_mark_its_charset_or_as_utf8(string type, byte[] body, string text)
    {
        var result = await RunAsync(type, body, ChaosProbe.Http("order", Request, ChaosTolerance.Equal(200)));

        Assert.Equal(text, result.Method[0].Output!["body"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("application/json", "{ \"a\": 1 }", JsonValueKind.Object)]
    [InlineData("application/problem+json; charset=utf-8", "{ \"a\": 1 }", JsonValueKind.Object)]
    [InlineData("APPLICATION/VND.API+JSON", "[ 1 ]", JsonValueKind.Array)]
    [InlineData("text/json", "{ \"a\": 1 }", JsonValueKind.String)]
    [InlineData("application/json", "{ not json", JsonValueKind.String)]
    public async Task A_body_is_JSON_if_it_was_announced_as_JSON_and_is(string type, string body, JsonValueKind kind)
    {
        var result = await RunAsync(type, Encoding.UTF8.GetBytes(body), ChaosProbe.Http("order", Request, ChaosTolerance.Equal(200)));

        Assert.Equal(kind, result.Method[0].Output!["body"]!.GetValueKind());
    }

    [Fact]
    public async Task A_body_with_a_hundred_levels_is_JSON_too()
    {
        var body = $"{string.Concat(Enumerable.Repeat("{ \"a\": ", 100))}7{new string('}', 100)}";
        var path = $"${string.Concat(Enumerable.Repeat(".a", 100))}";

        var result = await RunAsync(
            "application/json", Encoding.UTF8.GetBytes(body), ChaosProbe.Http("order", Request, ChaosTolerance.AtPath(path, 7)));

        Assert.True(result.Outcome == ChaosOutcome.Held, result.ToString());
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_truncated_and_the_output_notes_it()
    {
        var result = await RunAsync("text/plain", new byte[MostRead + 1], ChaosProbe.Http("order", Request, ChaosTolerance.Equal(200)));

        var output = result.Method[0].Output!;
        Assert.Equal(MostRead, output["body"]!.GetValue<string>().Length);
        Assert.True(output["body_cut"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_body_of_the_greatest_length_is_read_whole()
    {
        var result = await RunAsync("text/plain", new byte[MostRead], ChaosProbe.Http("order", Request, ChaosTolerance.Equal(200)));

        Assert.Equal(MostRead, result.Method[0].Output!["body"]!.GetValue<string>().Length);
        Assert.Null(result.Method[0].Output!["body_cut"]);
    }

    [Theory]
    [InlineData("$.headers['Content-Type']")]
    [InlineData("$.headers['content-type']")]
    [InlineData("$.headers.CONTENT-TYPE")]
    public async Task A_header_is_found_whatever_the_case_of_its_name(string path)
    {
        var result = await RunAsync("text/plain", [], ChaosProbe.Http("order", Request, ChaosTolerance.AtLeast(0)));

        Assert.Single(Resilience.Http.Chaos.Experiments.JsonPaths.JsonPath.Parse(path).Find(result.Method[0].Output));
    }

    [Theory]
    [InlineData(null, "Resilience.Http.Chaos.Experiments/0.1.0")]
    [InlineData("curl/8.0", "curl/8.0")]
    public async Task A_request_has_a_default_User_Agent_unless_the_experiment_sets_one(string? own, string sent)
    {
        var clock = new VirtualTimeProvider();
        using var server = new ScriptedServer(script => script.Always(200), clock);
        using var runner = new ChaosExperimentRunner(clock, server);
        var request = new ChaosHttpRequest(Request.Url) { Headers = own is null ? [] : [new("user-agent", own)] };

        await clock.RunAsync(() => runner.RunAsync(new ChaosExperiment { Title = "t", Method = [ChaosAction.Http("send", request)] }));

        Assert.Equal(sent, Assert.Single(server.Requests).Headers["User-Agent"]);
    }

    private static async Task<ChaosExperimentResult> RunAsync(string type, byte[] body, ChaosActivity step)
    {
        var clock = new VirtualTimeProvider();
        using var server = new ScriptedServer(script => script.Then(_ =>
        {
            var content = new ByteArrayContent(body);
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
        }).Always(), clock);
        using var runner = new ChaosExperimentRunner(clock, server);
        return await clock.RunAsync(() => runner.RunAsync(new ChaosExperiment { Title = "t", Method = [step] }));
    }
}
