using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>
/// Writes a result in the shape of the Chaos Toolkit's journal (https://chaostoolkit.org/reference/api/journal/), so that its reports and
/// whatever else reads journals can read ours.
/// </summary>
internal static class JournalWriter
{
    /// <summary>The version of chaoslib whose journals have this shape; its report generator asks for one.</summary>
    private const string JournalVersion = "1.0.0";

    public static void Write(Utf8JsonWriter json, ChaosExperimentResult result)
    {
        var secrets = result.Experiment.Secrets;
        json.WriteStartObject();
        json.WriteString("chaoslib-version", JournalVersion);
        json.WriteString("generator", $"Resilience.Http.Chaos {typeof(JournalWriter).Assembly.GetName().Version?.ToString(3)}");
        json.WriteString("platform", RuntimeInformation.OSDescription);
        json.WriteString("node", Environment.MachineName);
        json.WritePropertyName("experiment");
        ExperimentJson.Write(json, result.Experiment);
        json.WriteString("start", Time(result.StartedAt));
        json.WriteString("status", Status(result));
        json.WriteBoolean("deviated", result.Deviated);
        json.WriteStartObject("steady_states");
        Write(json, "before", result.Before, secrets);
        Write(json, "after", result.After, secrets);
        json.WriteStartArray("during");
        json.WriteEndArray();
        json.WriteEndObject();
        Write(json, "run", result.Method, secrets);
        Write(json, "rollbacks", result.Rollbacks, secrets);
        json.WriteString("end", Time(result.StartedAt + result.Duration));
        json.WriteNumber("duration", result.Duration.TotalSeconds);
        json.WriteBoolean("success", result.Succeeded);
        json.WriteString("outcome", Words(result.Outcome));
        Write(json, "errors", result.Errors);
        Write(json, "notes", result.Notes);
        json.WriteEndObject();
    }

    /// <summary>The Chaos Toolkit's own word for it, which a rollback that failed does not change.</summary>
    private static string Status(ChaosExperimentResult result) => result.Reached switch
    {
        ChaosOutcome.Held => "completed",
        ChaosOutcome.Aborted => "aborted",
        ChaosOutcome.Interrupted => "interrupted",
        _ => "failed",
    };

    private static string Words(ChaosOutcome outcome) => outcome switch
    {
        ChaosOutcome.Held => "held",
        ChaosOutcome.Deviated => "deviated",
        ChaosOutcome.NotSteady => "not_steady",
        ChaosOutcome.Aborted => "aborted",
        ChaosOutcome.Interrupted => "interrupted",
        _ => "rollback_failed",
    };

    private static void Write(Utf8JsonWriter json, string name, ChaosSteadyState? state, Secrets secrets)
    {
        if (state is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteBoolean("steady_state_met", state.Met);
        Write(json, "probes", state.Probes, secrets);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<ChaosStepResult> steps, Secrets secrets)
    {
        json.WriteStartArray(name);
        foreach (var step in steps)
        {
            Write(json, step, secrets);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ChaosStepResult step, Secrets secrets)
    {
        json.WriteStartObject();
        json.WritePropertyName("activity");
        ExperimentJson.Write(json, step.Activity);
        json.WritePropertyName("output");
        Write(json, step.Output, secrets);
        json.WriteString("status", step.Succeeded ? "succeeded" : "failed");
        if (step.Exception is { } exception)
        {
            Write(json, "exception", secrets.Redact(exception.ToString()).Split(Environment.NewLine));
        }

        if (step.ToleranceMet is { } met)
        {
            json.WriteBoolean("tolerance_met", met);
        }

        json.WriteString("start", Time(step.StartedAt));
        json.WriteString("end", Time(step.StartedAt + step.Duration));
        json.WriteNumber("duration", step.Duration.TotalSeconds);
        json.WriteEndObject();
    }

    /// <summary>
    /// A value as it is, but for the secrets in its texts, and its numbers that are one: a system may answer with what it was sent.
    /// </summary>
    private static void Write(Utf8JsonWriter json, JsonNode? value, Secrets secrets)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case JsonObject members:
                json.WriteStartObject();
                foreach (var (name, member) in members)
                {
                    json.WritePropertyName(secrets.Redact(name));
                    Write(json, member, secrets);
                }

                json.WriteEndObject();
                break;
            case JsonArray items:
                json.WriteStartArray();
                foreach (var item in items)
                {
                    Write(json, item, secrets);
                }

                json.WriteEndArray();
                break;
            case JsonValue scalar when scalar.TryGetValue<string>(out var text):
                json.WriteStringValue(secrets.Redact(text));
                break;
            case JsonValue scalar when secrets.Redact(scalar.ToJsonString()) == Secrets.Blanked:
                json.WriteStringValue(Secrets.Blanked);
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
