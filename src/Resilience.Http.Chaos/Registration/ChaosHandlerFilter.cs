using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Resilience.Http.Chaos.Injection;

namespace Resilience.Http.Chaos.Registration;

/// <summary>
/// Puts the fault handler into the clients it is meant for, innermost: after every other handler, wherever in Program.cs the statements
/// stand. It is the first filter, so that its turn comes when all others (the factory's own logging too) have added theirs.
/// </summary>
/// <remarks>
/// What it puts in is asked for when a client's handlers are made, no sooner: the factory takes its filters when it is made itself, and
/// what logs cannot be there yet if a logger provider uses the factory.
/// </remarks>
internal sealed class ChaosHandlerFilter(ChaosRegistrations registrations, IServiceProvider root) : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (builder.Name is not { } name || !registrations.Has(name))
        {
            return;
        }

        root.GetRequiredService<ChaosSettings>().Start();
        var client = root.GetRequiredService<ChaosState>().Client(name);
        builder.AdditionalHandlers.Add(new ChaosHandler(client, root.GetRequiredService<FaultInjector>()));
    };
}
