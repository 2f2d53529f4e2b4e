using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.House;

/// <summary>The settings that the pages give to copy, read as an app reads them.</summary>
public sealed partial class DocsSettingsTests
{
    public static TheoryData<string> Files =>
    [
        .. DocsSnippetTests.Pages
            .SelectMany(page => SettingsFile().Matches(File.ReadAllText(Checkout.PathOf(page.Data))))
            .Select(snippet => snippet.Groups["file"].Value)
            .Where(file => Clients(file) is not null)
            .Distinct()
            .Order()
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task An_app_starts_with_the_settings_of_the_pages_without_a_warning(string file)
    {
        using var app = await TestApp.StartedAsync(File.ReadAllText(Checkout.PathOf(file)), services =>
        {
            foreach (var client in Clients(file)!)
            {
                services.AddResilientHttpClient(client);
            }
        });

        Assert.Empty(app.Logs.Of(LogLevel.Warning).Select(line => line.Text));
    }

    /// <summary>The names of the clients in a file, or null if the file is not about clients.</summary>
    private static string[]? Clients(string file)
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(Checkout.PathOf(file)));
        return settings.RootElement.TryGetProperty("ResilientHttpClients", out var section)
            ? [.. section.TryGetProperty("Clients", out var clients) ? clients.EnumerateObject().Select(client => client.Name) : []]
            : null;
    }

    [GeneratedRegex(@"<!-- snippet: (?<file>\S+\.json) -->")]
    private static partial Regex SettingsFile();
}
