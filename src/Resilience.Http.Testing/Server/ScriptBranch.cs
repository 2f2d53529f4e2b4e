namespace Resilience.Http.Testing.Server;

/// <summary>A script for some of the requests.</summary>
internal sealed record ScriptBranch(Func<HttpRequestMessage, bool> Matches, ServerScript Script);
