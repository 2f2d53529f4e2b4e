using System.Reflection;
using PublicApiGenerator;

namespace Resilience.Http.Tests.House;

/// <summary>The public API changes only on purpose: by an edit of the approved file of its package.</summary>
public sealed class PublicApiTests
{
    /// <summary>By default, namespaces that begin with System or Microsoft are left out, and with them all registrations.</summary>
    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false, DenyNamespacePrefixes = [] };

    [Theory]
    [InlineData("Resilience.Http")]
    [InlineData("Resilience.Http.AspNetCore")]
    [InlineData("Resilience.Http.Testing")]
    [InlineData("Resilience.Http.Chaos")]
    [InlineData("Resilience.Http.Chaos.Experiments")]
    [InlineData("Resilience.Http.Dashboard")]
    [InlineData("Resilience.Http.Fleet")]
    [InlineData("Resilience.Http.Fleet.Redis")]
    [InlineData("Resilience.Http.ServiceDiscovery")]
    [InlineData("Resilience.Http.OpenTelemetry")]
    public void The_public_api_is_the_approved_one(string package)
    {
        var folder = Checkout.PathOf("tests/Resilience.Http.Tests/House/Approved");
        var approved = Path.Combine(folder, $"{package}.approved.txt");
        var received = Path.Combine(folder, $"{package}.received.txt");
        var actual = Assembly.Load(package).GeneratePublicApi(Options).ReplaceLineEndings("\n");
        if (File.Exists(approved) && File.ReadAllText(approved).ReplaceLineEndings("\n") == actual)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, actual);
        Assert.Fail(
            $"The public API of {package} is not the approved one. Compare {received} with {approved}, and copy it over if the change is " +
            "intended.");
    }
}
