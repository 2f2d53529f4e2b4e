using Resilience.Http.Tests.House;

namespace Resilience.Http.Tests.Settings.Schema;

/// <summary>The schemas in the packages are made from the tables that configuration is read by.</summary>
public sealed class SchemaFileTests
{
    [Fact]
    public void The_schema_of_the_clients_is_up_to_date() => AssertUpToDate("Resilience.Http", ConfigurationSchemas.Clients);

    [Fact]
    public void The_schema_of_the_faults_is_up_to_date() => AssertUpToDate("Resilience.Http.Chaos", ConfigurationSchemas.Chaos);

    private static void AssertUpToDate(string package, string expected)
    {
        var path = Checkout.PathOf($"src/{package}/ConfigurationSchema.json");
        var received = Path.ChangeExtension(path, ".received.json");
        if (File.Exists(path) && File.ReadAllText(path) == expected)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, expected);
        Assert.Fail($"{path} is not what the keys say. Compare {received} with it, and copy it over if the change is meant.");
    }
}
