using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

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
        Write(json, "before", result.Before);
        Write(json, "after", result.After);
        json.WriteStartArray("during");
        json.WriteEndArray();
        json.WriteEndObject();
        Write(json, "run", result.Method);
        Write(json, "rollbacks", result.Rollbacks);
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

    private static void Write(Utf8JsonWriter json, string name, ChaosSteadyState? state)
    {
        if (state is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteBoolean("steady_state_met", state.Met);
        Write(json, "probes", state.Probes);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<ChaosStepResult> steps)
    {
        json.WriteStartArray(name);
        foreach (var step in steps)
        {
            Write(json, step);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ChaosStepResult step)
    {
        json.WriteStartObject();
        json.WritePropertyName("activity");
        ExperimentJson.Write(json, step.Activity);
        json.WritePropertyName("output");
        if (step.Output is null)
        {
            json.WriteNullValue();
        }
        else
        {
            step.Output.WriteTo(json);
        }

        json.WriteString("status", step.Succeeded ? "succeeded" : "failed");
        if (step.Exception is { } exception)
        {
            Write(json, "exception", exception.ToString().Split(Environment.NewLine));
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

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
