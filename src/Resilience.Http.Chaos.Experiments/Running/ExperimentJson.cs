using System.Text.Json;

namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>Experiments and steps in the journal: as they were read from JSON, or otherwise a short description.</summary>
internal static class ExperimentJson
{
    public static void Write(Utf8JsonWriter json, ChaosExperiment experiment)
    {
        if (experiment.Source is { } source)
        {
            source.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteString("version", "1.0.0");
        json.WriteString("title", experiment.Title);
        json.WriteString("description", experiment.Description ?? "");
        json.WriteStartObject("steady-state-hypothesis");
        json.WriteString("title", experiment.Hypothesis ?? "");
        Write(json, "probes", experiment.SteadyState);
        json.WriteEndObject();
        Write(json, "method", experiment.Method);
        Write(json, "rollbacks", experiment.Rollbacks);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ChaosActivity activity)
    {
        if (activity.Source is { } source)
        {
            source.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type", activity.Kind);
        json.WriteString("name", activity.Name);
        if (activity is ChaosProbe { Tolerance: { } tolerance })
        {
            json.WriteString("tolerance", tolerance.ToString());
        }

        json.WriteStartObject("provider");
        json.WriteString("type", "code");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<ChaosActivity> activities)
    {
        json.WriteStartArray(name);
        foreach (var activity in activities)
        {
            Write(json, activity);
        }

        json.WriteEndArray();
    }
}
