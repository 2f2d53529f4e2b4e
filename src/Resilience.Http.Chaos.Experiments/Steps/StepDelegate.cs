using System.Text.Json.Nodes;

namespace Resilience.Http.Chaos.Experiments.Steps;

/// <summary>What a step does, and what it measured or has to report.</summary>
internal delegate ValueTask<JsonNode?> StepDelegate(ExperimentServices tools, CancellationToken cancellationToken);
