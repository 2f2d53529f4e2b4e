using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Resilience.Http.Chain;
using Resilience.Http.Registration.Configuration;

namespace Resilience.Http.Registration;

/// <summary>
/// Looks through the handlers of all clients when the host has started, before a client is used. It gathers them in a builder of its own:
/// what the factory builds it keeps, and a handler that cannot be made yet would fail for as long as the process runs.
/// </summary>
internal sealed class SecondLayerCheck(
    ClientRegistrations registrations,
    IOptionsMonitor<HttpClientFactoryOptions> options,
    IServiceScopeFactory scopes,
    IServiceProvider root)
{
    public async Task RunAsync()
    {
        // An app that uses none of the libraries pays no more than this.
        if (!AppDomain.CurrentDomain.GetAssemblies().Any(static assembly => SecondLayer.Assemblies.Contains(assembly.GetName().Name)))
        {
            return;
        }

        foreach (var name in registrations.Chained)
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                LookThrough(name, scope.ServiceProvider);
            }
        }
    }

    private void LookThrough(string name, IServiceProvider scoped)
    {
        try
        {
            var client = options.Get(name);
            var builder = new Gathering(client.SuppressHandlerScope ? root : scoped) { Name = name };
            foreach (var configure in client.HttpMessageHandlerBuilderActions)
            {
                configure(builder);
            }

            SecondLayerFilter.LookThrough(builder);
        }
        catch (Exception)
        {
            // A handler that cannot be made now. The client is looked through again when the factory builds it, and says by itself what is
            // wrong.
        }
    }

    private sealed class Gathering(IServiceProvider services) : HttpMessageHandlerBuilder
    {
        public override string? Name { get; set; }

        public override HttpMessageHandler PrimaryHandler { get; set; } = new SocketsHttpHandler();

        public override IList<DelegatingHandler> AdditionalHandlers { get; } = [];

        public override IServiceProvider Services => services;

        public override HttpMessageHandler Build() => throw new NotSupportedException();
    }
}
