namespace Resilience.Http.Tests.House;

/// <summary>The public API changes only on purpose: by an edit of the approved file of its package.</summary>
public sealed class PublicApiTests
{
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
        var actual = PublicApi.Of(System.Reflection.Assembly.Load(package));
        if (File.Exists(approved) && File.ReadAllText(approved) == actual)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, actual);
        Assert.Fail($"The public API of {package} is not the approved one. Compare {received} with {approved}; where the change is " +
            $"meant, copy it over.");
    }
}
