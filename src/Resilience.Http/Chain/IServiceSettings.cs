namespace Resilience.Http.Chain;

/// <summary>Where the services get their options from.</summary>
internal interface IServiceSettings
{
    /// <summary>The edition in force; what <see cref="OptionsOf"/> returns is never older.</summary>
    long Edition { get; }

    ResilientHttpClientOptions OptionsOf(string name);
}
