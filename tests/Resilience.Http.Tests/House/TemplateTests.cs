using System.Xml.Linq;
using Microsoft.Extensions.Configuration;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.House;

/// <summary>What <c>dotnet new resilient-api</c> creates. CI also creates, builds, tests and runs it from the packages.</summary>
public sealed class TemplateTests
{
    private const string Content = "templates/content/resilient-api";

    private static readonly XElement[] Versions =
        [.. XDocument.Load(Checkout.PathOf($"{Content}/Directory.Packages.props")).Descendants("PackageVersion")];

    /// <summary>The pack target writes all versions, and fails if Directory.Packages.props of the repository has none.</summary>
    [Fact]
    public void No_version_is_written_by_hand() =>
        Assert.All(Versions, version => Assert.Equal(
            version.Attribute("Include")!.Value.StartsWith("Resilience.Http", StringComparison.Ordinal) ? "$(ResilienceHttpVersion)" : "*",
            version.Attribute("Version")!.Value));

    [Fact]
    public void Each_package_of_its_projects_has_a_version_and_no_version_is_unused()
    {
        var used = Directory.EnumerateFiles(Checkout.PathOf(Content), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(static project => XDocument.Load(project).Descendants("PackageReference"));

        Assert.Equal(Names(used).Order(), Names(Versions).Order());
    }

    [Theory]
    [InlineData("appsettings.json")]
    [InlineData("appsettings.Development.json")]
    public void The_settings_of_the_template_are_valid_in_every_environment(string last) =>
        new ConfigurationBuilder()
            .AddJsonFile(Checkout.PathOf($"{Content}/resilient-api/appsettings.json"))
            .AddJsonFile(Checkout.PathOf($"{Content}/resilient-api/{last}"))
            .Build()
            .ShouldBeValidForResilientClients();

    /// <summary>Two lines of them are directives of the template engine.</summary>
    [Fact]
    public void Program_is_read_in_a_minute() =>
        Assert.InRange(File.ReadLines(Checkout.PathOf($"{Content}/resilient-api/Program.cs")).Count(), 20, 42);

    private static IEnumerable<string> Names(IEnumerable<XElement> packages) =>
        packages.Select(static package => package.Attribute("Include")!.Value);
}
