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
    LiveOptions clients,
    IOptionsMonitor<HttpClientFactoryOptions> options,
    IServiceScopeFactory scopes,
    IServiceProvider root)
{
    /// <summary>Not needed to see the other handlers, and ten handlers for each client take longer than all the rest.</summary>
    private static readonly Action<HttpMessageHandlerBuilder> Chain = ChainInstaller.Add;

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
            foreach (var configure in client.HttpMessageHandlerBuilderActions.Where(static action => action != Chain))
            {
                configure(builder);
            }

            SecondLayerTelemetry.Look(clients.Get(name), builder.AdditionalHandlers, builder.ChangedPrimary);
        }
        catch (Exception)
        {
            // A handler that cannot be made now. The client is looked through again when the factory builds it, and says by itself what is
            // wrong.
        }
    }

    private sealed class Gathering(IServiceProvider services) : HttpMessageHandlerBuilder
    {
        private HttpMessageHandler? _primary;

        public override string? Name { get; set; }

        public override HttpMessageHandler PrimaryHandler
        {
            get => _primary ??= new SocketsHttpHandler(); // For code that changes it: as it is, it repeats nothing.
            set => _primary = value;
        }

        public override IList<DelegatingHandler> AdditionalHandlers { get; } = [];

        /// <summary>The primary handler; <see langword="null"/> if none was set and no code has changed it.</summary>
        public HttpMessageHandler? ChangedPrimary => _primary;

        public override IServiceProvider Services => services;

        public override HttpMessageHandler Build() => throw new NotSupportedException();
    }
}
