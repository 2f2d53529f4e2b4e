using Microsoft.Extensions.Http;
using Resilience.Http.Chaos.Experiments.Traffic;
using Resilience.Http.Chaos.Injection;
using Resilience.Http.Requests;

namespace Resilience.Http.Chaos.Registration;

/// <summary>
/// Puts the fault handler into the clients it is meant for, innermost: after every other handler, wherever in Program.cs the statements stand.
/// It is the first filter, so that its turn comes when all others (the factory's own logging too) have added theirs.
/// </summary>
internal sealed class ChaosHandlerFilter(
    ChaosRegistrations registrations, ChaosSettings settings, ChaosState state, FaultInjector injector, ResilienceHost host)
    : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (builder.Name is not { } name || !registrations.Has(name))
        {
            return;
        }

        settings.Start();
        var client = state.Client(name);
        builder.AdditionalHandlers.Add(new ChaosHandler(client, injector));
        if (registrations.Experiments)
        {
            builder.AdditionalHandlers.Insert(0, new CallWatchHandler(client, host.Clock));
        }
    };
}
