using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>The snippet of docs/observability.md on health, compiled and tried.</summary>
public sealed class HealthDocs
{
    [Fact]
    public void The_check_is_registered_with_its_tag()
    {
        var services = new ServiceCollection();

        #region health
        services.AddHealthChecks().AddResilientHttpClients(tags: ["ready"]);
        #endregion

        using var provider = services.BuildServiceProvider();
        var check = Assert.Single(provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations);
        Assert.Equal(("resilient-http-clients", "ready"), (check.Name, Assert.Single(check.Tags)));
    }
}
