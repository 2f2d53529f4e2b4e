using System.Text;
using Resilience.Http.Chaos.Experiments.Toolkit;

namespace Resilience.Http.Tests.Chaos.Experiments;

/// <summary>A file in which everything is right, and the reading of files in an environment with two variables.</summary>
internal static class ExperimentFiles
{
    public const string Whole = """
        {
          "version": "1.0.0",
          "title": "Orders are taken while ${what} is down",
          "description": "why",
          "tags": ["orders", "payments"],
          "contributions": { "reliability": "high" },
          "configuration": {
            "api": { "type": "env", "key": "API_URL", "default": "http://localhost:5000" },
            "what": "payments",
            "calls": 50
          },
          "secrets": { "ops": { "token": { "type": "env", "key": "TOKEN" }, "inline": "hunter2" } },
          "steady-state-hypothesis": {
            "title": "Orders are taken",
            "probes": [
              {
                "type": "probe",
                "name": "order",
                "tolerance": [200, 201],
                "provider": {
                  "type": "http",
                  "url": "${api}/orders",
                  "method": "post",
                  "headers": { "Content-Type": "application/json", "Authorization": "Bearer ${token}" },
                  "secrets": ["ops"],
                  "arguments": { "item": 7 },
                  "timeout": [1, 2]
                }
              },
              {
                "type": "probe",
                "name": "rate",
                "tolerance": { "type": "range", "range": [0.99, 1] },
                "provider": { "type": "resilience", "func": "success_rate", "arguments": { "url": "${api}/orders/1", "calls": "${calls}", "concurrency": 5 } }
              }
            ]
          },
          "method": [
            {
              "type": "action",
              "name": "break",
              "background": true,
              "provider": { "type": "http", "url": "${api}/faults", "method": "DELETE" },
              "pauses": { "before": 0.5, "after": 2 }
            },
            { "ref": "order" },
            { "type": "action", "name": "wait", "provider": { "type": "resilience", "func": "pause", "arguments": { "seconds": 3 } } }
          ],
          "rollbacks": [
            { "type": "action", "name": "mend", "provider": { "type": "resilience", "func": "clear_faults", "arguments": { "client": "payments" } } }
          ]
        }
        """;

    public static ChaosExperiment Read(string json, Dictionary<string, string>? given = null) =>
        ChaosExperiment.From(ExperimentReader.Read(Encoding.UTF8.GetBytes(json), "test.json", given, static name => name switch
        {
            "TOKEN" => "the token",
            "SET" => "3.7",
            _ => null,
        }));
}
