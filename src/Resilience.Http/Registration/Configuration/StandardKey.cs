using Resilience.Http.Settings;

namespace Resilience.Http.Registration.Configuration;

/// <summary>A key of the section of a standard handler.</summary>
/// <param name="From">Its path there.</param>
/// <param name="To">Its keys here: more than one if a single value there decides several here, none if it changes nothing.</param>
/// <param name="Default">
/// The text of the value if it is not set, given the section; <see langword="null"/> if the default here is the same.
/// </param>
internal sealed record StandardKey(string From, string[] To, Func<ConfigurationNode, string?> Default)
{
    public StandardKey(string from, string to, string? unset = null)
        : this(from, [to], _ => unset)
    {
    }

    /// <summary>The value here, given the section; <see langword="null"/> if it has no counterpart.</summary>
    public Func<string, ConfigurationNode, string?> Convert { get; init; } = static (text, _) => text;

    /// <summary>What <see cref="Convert"/> takes, for the message.</summary>
    public string Allowed { get; init; } = "";
}
