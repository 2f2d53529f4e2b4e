namespace Resilience.Http.Testing.Server;

/// <summary>Which client talks to which scripted server.</summary>
internal sealed record ScriptedClient(string Name, ScriptedServer Server);
