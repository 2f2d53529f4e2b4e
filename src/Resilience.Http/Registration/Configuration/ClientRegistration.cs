using Microsoft.Extensions.Configuration;

namespace Resilience.Http.Registration.Configuration;

/// <summary>What the statements in Program.cs said about one client, or about all of them (the factory's defaults).</summary>
internal sealed class ClientRegistration
{
    private List<Action<ResilientHttpClientOptions, IServiceProvider>>? _actions; // Most clients have none.

    /// <summary>The last word on whether the chain stands in the client; <see langword="null"/> if there was none.</summary>
    public bool? HasChain { get; set; }

    /// <summary>Read in place of the section of the client's name.</summary>
    public IConfigurationSection? Section { get; set; }

    /// <summary>Whether the section was written for a standard handler of Microsoft.Extensions.Http.Resilience.</summary>
    public bool HasStandardSection { get; set; }

    /// <summary>Settings made in code, in the order of the statements.</summary>
    public IReadOnlyList<Action<ResilientHttpClientOptions, IServiceProvider>> Actions => _actions ?? [];

    /// <summary>The last statement that means nothing without the chain, such as <c>AddFallback</c>.</summary>
    public string? NeedsChain { get; set; }

    public void Configure(Action<ResilientHttpClientOptions, IServiceProvider> configure) => (_actions ??= []).Add(configure);
}
