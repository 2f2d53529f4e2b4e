using System.Text.Json.Nodes;

namespace Resilience.Http.Tests.Chaos.Experiments;

public sealed class JournalTests : IDisposable
{
    private readonly ExperimentFixture _bench = new();

    [Fact]
    public async Task The_journal_has_the_shape_of_the_chaos_toolkits()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "orders while payments is down",
            Description = "why",
            Hypothesis = "no order fails",
            SteadyState = [_bench.Probe("check")],
            Method = [ChaosAction.Pause(TimeSpan.FromSeconds(1.5)), new ChaosProbe("count", _ => new(17))],
            Rollbacks = [_bench.Action("mend")],
        });

        var journal = JsonNode.Parse(result.ToJournal())!.AsObject();
        journal.Remove("generator");
        journal.Remove("platform");
        journal.Remove("node");
        Assert.True(JsonNode.DeepEquals(journal, JsonNode.Parse("""
            {
              "chaoslib-version": "1.0.0",
              "experiment": {
                "version": "1.0.0",
                "title": "orders while payments is down",
                "description": "why",
                "steady-state-hypothesis": {
                  "title": "no order fails",
                  "probes": [ { "type": "probe", "name": "check", "tolerance": "true", "provider": { "type": "code" } } ]
                },
                "method": [
                  { "type": "action", "name": "pause of 1.5 s", "provider": { "type": "code" } },
                  { "type": "probe", "name": "count", "provider": { "type": "code" } }
                ],
                "rollbacks": [ { "type": "action", "name": "mend", "provider": { "type": "code" } } ]
              },
              "start": "2030-01-01T12:00:00.000000Z",
              "status": "completed",
              "deviated": false,
              "steady_states": {
                "before": {
                  "steady_state_met": true,
                  "probes": [
                    {
                      "activity": { "type": "probe", "name": "check", "tolerance": "true", "provider": { "type": "code" } },
                      "output": true, "status": "succeeded", "tolerance_met": true,
                      "start": "2030-01-01T12:00:00.000000Z", "end": "2030-01-01T12:00:00.000000Z", "duration": 0
                    }
                  ]
                },
                "after": {
                  "steady_state_met": true,
                  "probes": [
                    {
                      "activity": { "type": "probe", "name": "check", "tolerance": "true", "provider": { "type": "code" } },
                      "output": true, "status": "succeeded", "tolerance_met": true,
                      "start": "2030-01-01T12:00:01.500000Z", "end": "2030-01-01T12:00:01.500000Z", "duration": 0
                    }
                  ]
                },
                "during": []
              },
              "run": [
                {
                  "activity": { "type": "action", "name": "pause of 1.5 s", "provider": { "type": "code" } },
                  "output": null, "status": "succeeded",
                  "start": "2030-01-01T12:00:00.000000Z", "end": "2030-01-01T12:00:01.500000Z", "duration": 1.5
                },
                {
                  "activity": { "type": "probe", "name": "count", "provider": { "type": "code" } },
                  "output": 17, "status": "succeeded",
                  "start": "2030-01-01T12:00:01.500000Z", "end": "2030-01-01T12:00:01.500000Z", "duration": 0
                }
              ],
              "rollbacks": [
                {
                  "activity": { "type": "action", "name": "mend", "provider": { "type": "code" } },
                  "output": null, "status": "succeeded",
                  "start": "2030-01-01T12:00:01.500000Z", "end": "2030-01-01T12:00:01.500000Z", "duration": 0
                }
              ],
              "end": "2030-01-01T12:00:01.500000Z",
              "duration": 1.5,
              "success": true,
              "outcome": "held",
              "errors": [],
              "notes": []
            }
            """)), journal.ToJsonString());
    }

    [Theory]
    [InlineData(ChaosOutcome.Held, "completed", "held")]
    [InlineData(ChaosOutcome.Deviated, "failed", "deviated")]
    [InlineData(ChaosOutcome.NotSteady, "failed", "not_steady")]
    [InlineData(ChaosOutcome.Aborted, "aborted", "aborted")]
    [InlineData(ChaosOutcome.Interrupted, "interrupted", "interrupted")]
    public void Every_outcome_has_the_chaos_toolkits_word_for_it(ChaosOutcome outcome, string status, string word)
    {
        var journal = JsonNode.Parse(ResultOf(outcome, outcome).ToJournal())!;

        Assert.Equal(status, journal["status"]!.GetValue<string>());
        Assert.Equal(word, journal["outcome"]!.GetValue<string>());
    }

    [Fact]
    public void A_rollback_that_failed_leaves_the_chaos_toolkits_status_as_it_was()
    {
        var journal = JsonNode.Parse(ResultOf(ChaosOutcome.RollbackFailed, ChaosOutcome.Deviated).ToJournal())!;

        Assert.Equal("failed", journal["status"]!.GetValue<string>());
        Assert.Equal("rollback_failed", journal["outcome"]!.GetValue<string>());
        Assert.False(journal["success"]!.GetValue<bool>());
    }

    [Fact]
    public async Task What_a_step_failed_with_is_in_the_journal()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "t",
            Method = [_bench.Action("break", () => throw new InvalidOperationException("no route"))],
        });

        var step = JsonNode.Parse(result.ToJournal())!["run"]![0]!;
        Assert.Equal("failed", step["status"]!.GetValue<string>());
        Assert.Contains("no route", step["exception"]![0]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not a number")]
    [InlineData("infinite")]
    [InlineData("a name twice")]
    [InlineData("half a character")]
    public async Task A_value_that_cannot_be_written_fails_its_step_and_the_run_goes_on_to_its_journal(string kind)
    {
        var probe = new ChaosProbe("rate", _ => new(Unwritable(kind)));

        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "t",
            Method = [probe, _bench.Action("break")],
            Rollbacks = [_bench.Action("mend")],
        });

        Assert.Equal(["break", "mend"], _bench.Done);
        Assert.Contains("The value cannot be written to the journal as JSON", Assert.Single(result.Errors), StringComparison.Ordinal);
        var step = JsonNode.Parse(result.ToJournal())!["run"]![0]!;
        Assert.Equal("failed", step["status"]!.GetValue<string>());
        Assert.Null(step["output"]);
    }

    [Fact]
    public async Task A_steady_state_that_cannot_be_written_is_not_met()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "t",
            SteadyState = [new ChaosProbe("rate", _ => new(double.NaN)) { Tolerance = ChaosTolerance.That(_ => true, "anything") }],
        });

        Assert.Equal(ChaosOutcome.NotSteady, result.Outcome);
        Assert.Contains("not_steady", result.ToJournal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_result_reads_in_a_few_lines()
    {
        var result = await _bench.RunAsync(new ChaosExperiment
        {
            Title = "orders while payments is down",
            SteadyState = [_bench.Probe("check", met: false)],
        });

        Assert.Equal(
            [
                "Not started: the steady state was not met (0.0 s): orders while payments is down",
                "  The probe 'check' was not met before the method: false, expected true.",
                "  The steady state was not met before the method: nothing was injected. Fix that first, or correct the hypothesis.",
            ],
            result.ToString().Split(Environment.NewLine));
    }

    public void Dispose() => _bench.Dispose();

    private static JsonNode? Unwritable(string kind) => kind switch
    {
        "not a number" => double.NaN,
        "infinite" => new JsonArray(double.PositiveInfinity),
        "a name twice" => JsonNode.Parse("""{ "a": { "b": 1, "b": 2 } }"""),
        _ => JsonNode.Parse("""{ "a": "\ud800" }"""),
    };

    private static ChaosExperimentResult ResultOf(ChaosOutcome outcome, ChaosOutcome reached) =>
        new(new ChaosExperiment { Title = "t" }) { Outcome = outcome, Reached = reached };
}
