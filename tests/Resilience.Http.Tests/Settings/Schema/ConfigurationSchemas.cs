using System.Text.Encodings.Web;
using System.Text.Json;
using Resilience.Http.Chaos.Registration;
using Resilience.Http.Chaos.Settings;
using Resilience.Http.ClientSettings;
using Resilience.Http.Registration.Configuration;
using Resilience.Http.Settings;

namespace Resilience.Http.Tests.Settings.Schema;

/// <summary>The schemas that the packages bring, made from the tables of keys.</summary>
internal static class ConfigurationSchemas
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Clients { get; } = Print(new(
        ConfigurationSnapshot.RootKey,
        "The settings of the resilient HTTP clients.",
        [
            new SectionNode(ConfigurationSnapshot.DefaultsKey, "The settings of all resilient clients.", ClientKeys()),
            new SectionNode(ConfigurationSnapshot.ClientsKey, "The settings of each client, by its name.", ClientKeys(), IsMap: true),
        ]));

    public static string Chaos { get; } = Print(new(
        ChaosSections.RootKey, "The faults that are injected into HTTP clients.", HttpChaosOptionsKeys.Keys.Nodes(new HttpChaosOptions())));

    public static IReadOnlyList<SchemaNode> ClientKeys() => ResilientHttpClientOptionsKeys.Keys.Nodes(new ResilientHttpClientOptions());

    private static string Print(SectionNode root) => SchemaWriter.Document(root).ToJsonString(Format) + "\n";
}
